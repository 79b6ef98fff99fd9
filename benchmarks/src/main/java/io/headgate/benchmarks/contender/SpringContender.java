package io.headgate.benchmarks.contender;

import io.headgate.benchmarks.contender.spring.SpringApplication;

/** A Spring Data application on the R2DBC URL of a library. */
final class SpringContender implements Contender {

    private final SpringApplication application;

    private SpringContender(String r2dbcUrl) {
        application = new SpringApplication(r2dbcUrl);
    }

    static Contender onHeadgate(Target target, Tuning tuning, int callers) {
        return new SpringContender(target.r2dbcUrl("headgate") + "&maxConnections=" + tuning.connections()
                + "&maxWaiting=" + Math.max(1_000, callers) + "&acquireTimeout=30s");
    }

    static Contender onR2dbcPool(Target target, Tuning tuning, int callers) {
        return new SpringContender(target.r2dbcUrl("pool:postgresql") + "&initialSize=" + tuning.connections()
                + "&maxSize=" + tuning.connections());
    }

    @Override
    public void lookup(long id, Reply<Item> reply) {
        Replies.to(application.item(id), reply);
    }

    @Override
    public void transaction(long id, Reply<Change> reply) {
        Replies.to(application.deposit(id), reply);
    }

    @Override
    public void close() {
        application.close();
    }
}
