package io.headgate.core.driver;

import java.util.Objects;

/**
 * A user and a password. {@link #toString()} shows only the user.
 *
 * @param password may be empty if the server asks for none
 */
public record Credentials(String user, String password) {

    public Credentials {
        Objects.requireNonNull(password, "password");
        StartupText.check("user name", user);
        StartupText.check("password", password);
        if (user.isBlank()) {
            throw new IllegalArgumentException("the user name is blank");
        }
    }

    @Override
    public String toString() {
        return "Credentials[" + user + "]";
    }
}
