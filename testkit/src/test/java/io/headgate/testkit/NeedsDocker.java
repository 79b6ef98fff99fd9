package io.headgate.testkit;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/**
 * Runs a test class where a Docker engine can be reached. Elsewhere it is skipped with a warning that says so, or fails
 * when {@code -Dheadgate.test.docker=required}, as on a build machine that is meant to have one.
 */
public final class NeedsDocker implements ExecutionCondition {
    private static final Logger LOG = LoggerFactory.getLogger(NeedsDocker.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (context.getTestMethod().isPresent()) {
            return ConditionEvaluationResult.enabled("decided for the class");
        }
        if (DockerClientFactory.instance().isDockerAvailable()) {
            return ConditionEvaluationResult.enabled("a Docker engine can be reached");
        }
        String message = context.getDisplayName() + " DID NOT RUN: no Docker engine can be reached, so the backend"
                + " TESTCONTAINERS is unproved here; start one or set DOCKER_HOST";
        if ("required".equals(System.getProperty("headgate.test.docker"))) {
            throw new IllegalStateException(message);
        }
        LOG.warn("\n{}\n{}\n{}", "*".repeat(120), message, "*".repeat(120));
        return ConditionEvaluationResult.disabled(message);
    }
}
