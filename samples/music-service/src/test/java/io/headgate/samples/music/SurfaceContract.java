package io.headgate.samples.music;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is there beside the API itself. */
interface SurfaceContract extends ServiceUnderTest {

    @Test
    default void theRootIsAPageThatNeedsNobodyElse() {
        Answer page = api().get("/").ok();

        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.body()).contains("<title>Music service</title>").doesNotContain("http://", "https://");
        assertThat(api().get("/app.js").ok().body()).contains("api/tracks/walk").doesNotContain("innerHTML");
        assertThat(api().get("/style.css").ok().header("Content-Type")).startsWith("text/css");
    }

    @Test
    default void theApiDescribesItself() {
        JsonNode api = api().get("/v3/api-docs").ok().json();

        assertThat(api.get("openapi").asString()).startsWith("3.");
        assertThat(api.get("info").get("title").asString()).isEqualTo("Music service");
        assertThat(api.get("paths").propertyNames())
                .containsExactlyInAnyOrder(
                        "/api/artists",
                        "/api/artists/{id}",
                        "/api/tracks",
                        "/api/tracks/walk",
                        "/api/tracks/top",
                        "/api/tracks/bulk",
                        "/api/tracks/{id}",
                        "/api/tracks/{id}/plays");
        assertThat(api.at("/paths/~1api~1tracks/get/responses/default/content").propertyNames())
                .containsExactly("application/problem+json");
        assertThat(api.at("/paths/~1api~1tracks/get/responses/200/content").propertyNames())
                .containsExactly("application/json");
        assertThat(api.at("/components/schemas/ProblemDetail/properties").propertyNames())
                .contains("title", "status", "detail");
    }

    @Test
    default void theApiCanBeTriedOut() {
        assertThat(api().get("/swagger-ui.html").status()).isEqualTo(302);
        assertThat(api().get("/swagger-ui/index.html").ok().body()).contains("swagger-ui");
    }

    @Test
    default void whatTheDemoAddsIsNotThere() {
        assertThat(api().get("/demo.js").ok().body()).doesNotContain("innerHTML");
        api().get("/demo/state").problem(404);
        assertThat(api().post("/demo/pooler/restart", null).status()).isBetween(404, 405);
        assertThat(cluster().primary().bouncer().isRunning()).isTrue();
    }

    @Test
    default void onlyTheHealthIsTold() {
        assertThat(api().get("/actuator/health").ok().json().get("status").asString())
                .isEqualTo("UP");
        assertThat(api().get("/actuator/health").body()).doesNotContain("components", "validationQuery");
        api().get("/actuator/env").problem(404);
        api().get("/actuator/metrics").problem(404);
    }
}
