package io.headgate.driver.netty;

import io.headgate.driver.netty.PreparedStatements.Prepared;
import io.headgate.driver.netty.protocol.Columns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands in one Sync: a statement that is asked for several times there is described once. Confined to the event loop. */
record Asks(List<? extends Exchange> members) {

    /** What asks for the same under the same name, so that its description holds for both; or null. */
    @Nullable
    Asked sameAs(Prepared named, @Nullable Columns formats) {
        // without an iterator: this is asked for each statement
        for (int i = 0; i < members.size(); i++) {
            Asked asked = members.get(i).asked();
            if (asked != null && asked.named() == named && asked.formats() == formats && asked.isToBeDescribed()) {
                return asked;
            }
        }
        return null;
    }
}
