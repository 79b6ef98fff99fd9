package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What the service answered. */
record Answer(int status, HttpHeaders headers, String body) {

    static Answer of(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    JsonNode json() {
        return Json.parse(body);
    }

    long id() {
        return json().get("id").asLong();
    }

    Answer ok() {
        assertThat(status).as(body).isEqualTo(200);
        return this;
    }

    Answer created() {
        assertThat(status).as(body).isEqualTo(201);
        return this;
    }

    /** A problem detail of that status, which tells nothing of the database's inside. */
    JsonNode problem(int expected) {
        assertThat(status).as(body).isEqualTo(expected);
        assertThat(header("Content-Type")).startsWith("application/problem+json");
        assertThat(json().get("status").asInt()).isEqualTo(expected);
        assertThat(json().get("title").asString()).isNotBlank();
        assertThat(json().get("detail").asString()).isNotBlank();
        assertThat(body.toLowerCase(Locale.ROOT))
                .doesNotContain("select ", "insert into", "secret", "exception", "r2dbc", "headgate", "constraint");
        return json();
    }

    /** A problem detail of status 400 that names the field, and what its message holds. */
    void refuses(String field, String message) {
        JsonNode errors = problem(400).get("errors");
        assertThat(errors).as(body).anySatisfy(error -> {
            assertThat(error.get("field").asString()).isEqualTo(field);
            assertThat(error.get("message").asString()).contains(message);
        });
    }

    /** A field of each of the items of a page. */
    List<String> items(String field) {
        JsonNode page = ok().json();
        JsonNode items = page.isArray() ? page : page.get("items");
        return items.valueStream().map(item -> item.get(field).asString()).toList();
    }
}
