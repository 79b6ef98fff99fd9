package io.headgate.benchmarks.worker;

import io.headgate.benchmarks.contender.Scenario;
import io.headgate.benchmarks.contender.Tuning;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The instructions for a process, in one command-line argument.
 *
 * @param contender the contender's key
 * @param scenario the work of the callers
 * @param tunings measured one after the other
 * @param callers callers of this process
 * @param warmUpMillis before the first measurement
 * @param settleMillis before each further one, when the code is warm
 * @param measureMillis length of a measurement
 */
public record WorkerOrder(
        String contender,
        Scenario scenario,
        List<Tuning> tunings,
        int callers,
        long warmUpMillis,
        long settleMillis,
        long measureMillis) {

    /** The instructions as JSON. */
    public String toJson() {
        JsonArray list = new JsonArray();
        tunings.forEach(tuning -> list.add(new JsonArray()
                .add(tuning.connections())
                .add(tuning.pipelining())
                .add(tuning.rows())));
        return new JsonObject()
                .put("contender", contender)
                .put("scenario", scenario.name())
                .put("tunings", list)
                .put("callers", callers)
                .put("warmUpMillis", warmUpMillis)
                .put("settleMillis", settleMillis)
                .put("measureMillis", measureMillis)
                .encode();
    }

    /** Reads {@link #toJson}. */
    public static WorkerOrder parse(String text) {
        JsonObject json = new JsonObject(text);
        List<Tuning> tunings = json.getJsonArray("tunings").stream()
                .map(JsonArray.class::cast)
                .map(values -> new Tuning(values.getInteger(0), values.getInteger(1), values.getInteger(2)))
                .toList();
        return new WorkerOrder(
                json.getString("contender"),
                Scenario.valueOf(json.getString("scenario")),
                tunings,
                json.getInteger("callers"),
                json.getLong("warmUpMillis"),
                json.getLong("settleMillis"),
                json.getLong("measureMillis"));
    }
}
