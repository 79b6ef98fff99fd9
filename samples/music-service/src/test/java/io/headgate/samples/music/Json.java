package io.headgate.samples.music;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON of the tests' requests and answers. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Json() {}

    /** An object of names and values in turn. */
    static String object(Object... namesAndValues) {
        return MAPPER.writeValueAsString(map(namesAndValues));
    }

    static Map<String, Object> map(Object... namesAndValues) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return values;
    }

    static Map<String, Object> trackValues(long artistId, String title) {
        return map("artistId", artistId, "title", title, "durationSeconds", 180, "releasedOn", "1999-12-31");
    }

    static String track(long artistId, String title) {
        return MAPPER.writeValueAsString(trackValues(artistId, title));
    }

    static String array(List<?> elements) {
        return MAPPER.writeValueAsString(elements);
    }

    static JsonNode parse(String text) {
        return MAPPER.readTree(text);
    }
}
