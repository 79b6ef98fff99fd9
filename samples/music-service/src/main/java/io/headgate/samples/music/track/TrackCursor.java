package io.headgate.samples.music.track;

import io.headgate.samples.music.web.InvalidRequestException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A position in the list of tracks: after this title and id. Clients get it as an opaque token.
 *
 * @param title the last title seen
 * @param id the id of the track that has it
 */
record TrackCursor(String title, long id) {

    /** Before every track: no title is empty. */
    static final TrackCursor START = new TrackCursor("", 0);

    static TrackCursor after(TrackView track) {
        return new TrackCursor(track.title(), track.id());
    }

    static TrackCursor parse(String token) {
        if (token.isEmpty()) {
            return START;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
            long id = bytes.getLong();
            String title = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            if (title.indexOf('\0') < 0) {
                return new TrackCursor(title, id);
            }
        } catch (IllegalArgumentException | BufferUnderflowException | CharacterCodingException e) {
            // Reported below.
        }
        throw new InvalidRequestException("cursor", "must be a cursor that this service has given");
    }

    String token() {
        byte[] text = title.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES + text.length).putLong(id).put(text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }
}
