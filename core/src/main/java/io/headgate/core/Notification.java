package io.headgate.core;

/**
 * What {@code NOTIFY} or {@code pg_notify} sent.
 *
 * @param channel its channel
 * @param payload what was sent with it, empty if nothing was; PostgreSQL takes less than 8,000 bytes
 * @param processId the server process that sent it, as {@code pg_backend_pid()} tells it there
 */
public record Notification(String channel, String payload, int processId) {}
