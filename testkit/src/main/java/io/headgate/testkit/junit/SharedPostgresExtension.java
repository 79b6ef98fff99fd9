package io.headgate.testkit.junit;

import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresClusterBuilder;
import io.headgate.testkit.internal.cluster.RunningCluster;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Keeps one cluster for each distinct {@link SharedPostgres} in the store of the whole test run, which closes it at the
 * end. Annotations with equal values are equal, so the annotation itself is the key.
 */
final class SharedPostgresExtension
        implements BeforeAllCallback, TestInstancePostProcessor, ParameterResolver, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(SharedPostgresExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) throws IllegalAccessException {
        inject(context.getRequiredTestClass(), null, context);
    }

    @Override
    public void postProcessTestInstance(Object instance, ExtensionContext context) throws IllegalAccessException {
        inject(instance.getClass(), instance, context);
    }

    /** Sets the static fields when there is no instance, otherwise the instance's fields. */
    private static void inject(Class<?> type, @Nullable Object instance, ExtensionContext context)
            throws IllegalAccessException {
        for (Field field : ReflectionSupport.findFields(
                type,
                field -> field.getType() == PostgresCluster.class
                        && !Modifier.isFinal(field.getModifiers())
                        && Modifier.isStatic(field.getModifiers()) == (instance == null),
                HierarchyTraversalMode.TOP_DOWN)) {
            field.setAccessible(true);
            field.set(instance, cluster(context));
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PostgresCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return cluster(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        SharedPostgres wanted = annotation(context);
        ExtensionContext.Store store = context.getRoot().getStore(NAMESPACE);
        RunningCluster cluster = store.get(wanted, RunningCluster.class);
        if (cluster == null || !cluster.isFaulted()) {
            return;
        }
        try {
            cluster.reset();
        } catch (RuntimeException e) {
            // This test fails; the next test gets a new cluster instead of a broken one.
            store.remove(wanted);
            cluster.close();
            throw e;
        }
    }

    private static RunningCluster cluster(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(annotation(context), SharedPostgresExtension::start, RunningCluster.class);
    }

    private static SharedPostgres annotation(ExtensionContext context) {
        for (Optional<ExtensionContext> at = Optional.of(context);
                at.isPresent();
                at = at.get().getParent()) {
            Optional<SharedPostgres> found =
                    AnnotationSupport.findAnnotation(at.get().getElement(), SharedPostgres.class);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new ExtensionConfigurationException(context.getDisplayName()
                + " uses the extension without @SharedPostgres; annotate the test class with it");
    }

    private static RunningCluster start(SharedPostgres wanted) {
        PostgresClusterBuilder builder = PostgresCluster.builder()
                .version(wanted.version())
                .replicas(wanted.replicas())
                .pooled(wanted.pooled())
                .pgbouncer(wanted.pgbouncer())
                .tls(wanted.tls());
        each(wanted.settings(), builder::setting);
        each(wanted.bouncerSettings(), builder::bouncerSetting);
        for (String sql : wanted.initSql()) {
            builder.initSql(sql);
        }
        return (RunningCluster) builder.start();
    }

    private static void each(String[] settings, BiConsumer<String, String> sink) {
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new ExtensionConfigurationException(
                        "@SharedPostgres has the setting \"" + setting + "\", which must be of the form name=value");
            }
            sink.accept(
                    setting.substring(0, equals).strip(),
                    setting.substring(equals + 1).strip());
        }
    }
}
