package io.headgate.routing.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameInTextTest {

    private static boolean isIn(NameInText name, String text) {
        return name.isIn(NameInText.fold(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT t.touched",
                "SELECT t.TOUCHED FROM t",
                "SELECT t.\"touched\"",
                "SELECT t . touched",
                "SELECT t.\n\ttouched",
                "SELECT t./**/touched",
                "SELECT t. -- x\n touched",
                "SELECT t. -- x\r touched",
                "SELECT touched, t.touched",
            })
    void anAttributeFollowsADot(String text) {
        assertThat(isIn(NameInText.attribute("touched"), text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT touched",
                "SELECT t.untouched",
                "SELECT t.touched_too",
                "SELECT t.touched2",
                "SELECT t.touched$",
                "SELECT t.touchedé",
                "SELECT 1 AS touched -- t",
                "-- t\nSELECT\ntouched",
                "/* t */ SELECT touched",
                "touched",
            })
    void otherWordsAreNoAttribute(String text) {
        assertThat(isIn(NameInText.attribute("touched"), text)).isFalse();
    }

    @Test
    void aWordIsNoPartOfAnother() {
        NameInText ticket = NameInText.word("ticket");
        assertThat(isIn(ticket, "SELECT 1::ticket[]")).isTrue();
        assertThat(isIn(ticket, "SELECT 1::\"ticket\"")).isTrue();
        assertThat(isIn(ticket, "SELECT tickets, _ticket, ticket1, ticket_")).isFalse();
        assertThat(isIn(ticket, "SELECT tickets, ticket")).isTrue();
        assertThat(isIn(NameInText.word("a\"b"), "SELECT 1::\"a\"\"b\"")).isTrue();
    }

    @Test
    void anOperatorMayTouchOthers() {
        assertThat(isIn(NameInText.operator("<@@>"), "SELECT a<@@>-b")).isTrue();
        assertThat(isIn(NameInText.operator("<@@>"), "SELECT a <@> b")).isFalse();
    }

    /** PostgreSQL cuts names after 63 bytes, so a longer spelling means the same. */
    @Test
    void aNameOfGreatestLengthMayBeSpelledLonger() {
        String longest = "x".repeat(63);
        assertThat(isIn(NameInText.word(longest), "SELECT 1::" + longest + "yz"))
                .isTrue();
        assertThat(NameInText.isCut(longest)).isFalse();
        assertThat(NameInText.isCut(longest + "y")).isTrue();
        assertThat(NameInText.isCut("é".repeat(31))).isFalse();
        assertThat(NameInText.isCut("é".repeat(32))).isTrue();
    }
}
