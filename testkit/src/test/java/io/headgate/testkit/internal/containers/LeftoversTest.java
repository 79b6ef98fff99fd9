package io.headgate.testkit.internal.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeftoversTest {

    @Test
    void whatThisProcessOwnsIsNoLeftover() {
        assertThat(Leftovers.isOrphaned(Leftovers.thisProcess())).isFalse();
    }

    @Test
    void whatADeadProcessOwnedIsALeftover() throws Exception {
        assertThat(Leftovers.isOrphaned(ownerThatIsDead())).isTrue();
    }

    @Test
    void processThatStartedLaterUnderTheSameIdIsAnotherOne() {
        String owner = Leftovers.thisProcess();
        String earlier = owner.substring(0, owner.lastIndexOf('/')) + "/1000";
        assertThat(Leftovers.isOrphaned(earlier)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "another-machine/1/1000", "no owner", "a/b/c"})
    void whatIsNotKnownToBeOursIsLeftAlone(String owner) {
        assertThat(Leftovers.isOrphaned(owner)).isFalse();
    }

    static String ownerThatIsDead() throws Exception {
        Process process = new ProcessBuilder("sh", "-c", "read -r line").start();
        String owner = Leftovers.owner(process.toHandle());
        process.getOutputStream().close();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return owner;
    }
}
