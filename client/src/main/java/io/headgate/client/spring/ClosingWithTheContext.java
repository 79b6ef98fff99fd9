package io.headgate.client.spring;

import io.headgate.client.r2dbc.HeadgateConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import reactor.core.scheduler.Schedulers;

/**
 * Closes the Headgate client behind a {@link ConnectionFactory} bean when the bean is destroyed, which is after everything that
 * uses it. Spring Boot wraps a factory in an object that cannot be closed, so Spring alone would never close the client.
 *
 * <p>Only the context that made the bean closes the client. A bean that wraps another bean's factory, also of a parent context,
 * does not. With {@code @Bean(destroyMethod = "")} the application closes it.
 *
 * <p>The thread that closes the context waits, for no longer than the client's {@code shutdownTimeout}. A thread that must
 * not block does not wait.
 */
final class ClosingWithTheContext implements DestructionAwareBeanPostProcessor, BeanFactoryAware, PriorityOrdered {

    private static final Logger logger = LoggerFactory.getLogger(ClosingWithTheContext.class);

    private static final String R2DBC_POOL = "io.r2dbc.pool.ConnectionPool";

    private @Nullable ConfigurableListableBeanFactory beans;

    /** Before other post-processors: creating their dependencies may create a connection factory. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        if (beanFactory instanceof ConfigurableListableBeanFactory listable) {
            beans = listable;
        }
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean.getClass().getName().equals(R2DBC_POOL) && headgateOf(bean) != null) {
            logger.warn(
                    "R2DBC Pool stands in front of Headgate (bean {}) and lets through only as many callers as it has"
                            + " connections, though Headgate's cost nothing; set spring.r2dbc.pool.enabled=false",
                    name);
        }
        return bean;
    }

    @Override
    public boolean requiresDestruction(Object bean) {
        return headgateOf(bean) != null;
    }

    @Override
    public void postProcessBeforeDestruction(Object bean, String name) {
        HeadgateConnectionFactory factory = headgateOf(bean);
        if (factory == null || isLeftToTheApplication(name) || isAnotherBeans(factory, name)) {
            return;
        }
        CompletableFuture<Void> closing = factory.close().toFuture();
        if (Schedulers.isInNonBlockingThread()) {
            return;
        }
        try {
            closing.get();
        } catch (ExecutionException e) {
            logger.warn("the Headgate client of bean {} did not close as it should", name, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isLeftToTheApplication(String name) {
        return beans != null
                && beans.containsBeanDefinition(name)
                && "".equals(beans.getMergedBeanDefinition(name).getDestroyMethodName());
    }

    private boolean isAnotherBeans(HeadgateConnectionFactory factory, String name) {
        ConfigurableListableBeanFactory known = beans;
        return known != null
                && Arrays.stream(known.getDependenciesForBean(name))
                        .filter(other -> known.containsBean(other) && known.isTypeMatch(other, ConnectionFactory.class))
                        .map(other -> headgateOf(known.getBean(other)))
                        .anyMatch(theirs -> theirs == factory);
    }

    /** The Headgate factory that an object is or wraps, or null. */
    private static @Nullable HeadgateConnectionFactory headgateOf(@Nullable Object bean) {
        Object inner = bean instanceof ConnectionFactory ? bean : null;
        while (inner != null && !(inner instanceof HeadgateConnectionFactory)) {
            inner = inner instanceof Wrapped<?> wrapper ? wrapper.unwrap() : null;
        }
        return (HeadgateConnectionFactory) inner;
    }
}
