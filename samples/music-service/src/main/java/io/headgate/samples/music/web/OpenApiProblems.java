package io.headgate.samples.music.web;

import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;

/** Documents in the API's description that every error is a problem detail. */
@Component
final class OpenApiProblems implements OpenApiCustomizer {

    private static final String NAME = "ProblemDetail";

    @Override
    public void customise(OpenAPI api) {
        ModelConverters.getInstance(true).read(ProblemDetail.class).forEach(api.getComponents()::addSchemas);
        MediaType problem = new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + NAME));
        Content content =
                new Content().addMediaType(org.springframework.http.MediaType.APPLICATION_PROBLEM_JSON_VALUE, problem);
        api.getPaths().values().stream()
                .flatMap(path -> path.readOperations().stream())
                .forEach(operation -> operation
                        .getResponses()
                        .addApiResponse(
                                ApiResponses.DEFAULT,
                                new ApiResponse()
                                        .description("An error, as a problem detail (RFC 9457)")
                                        .content(content)));
    }
}
