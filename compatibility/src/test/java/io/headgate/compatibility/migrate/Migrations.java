package io.headgate.compatibility.migrate;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import name.nkonev.r2dbc.migrate.reader.MigrateResource;
import name.nkonev.r2dbc.migrate.reader.MigrateResourceReader;

/** Scripts by the names of files, whose parts tell r2dbc-migrate how to run them. */
record Migrations(Map<String, String> scripts) implements MigrateResourceReader {

    @Override
    public List<MigrateResource> getResources(String path) {
        return scripts.entrySet().stream()
                .<MigrateResource>map(script -> new Script(script.getKey(), script.getValue()))
                .toList();
    }

    private record Script(String name, String text) implements MigrateResource {

        @Override
        public boolean isReadable() {
            return true;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String getFilename() {
            return name;
        }
    }
}
