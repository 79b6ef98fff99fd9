package io.headgate.core;

/**
 * A notification that {@code NOTIFY} or {@code pg_notify} sent.
 *
 * @param channel the channel's name
 * @param payload the text sent with it, or an empty string; PostgreSQL accepts less than 8,000 bytes
 * @param processId the server process that sent it: {@code pg_backend_pid()} in the sending session
 */
public record Notification(String channel, String payload, int processId) {}
