package io.headgate.driver.netty;

import io.headgate.driver.netty.PreparedStatements.Prepared;
import io.headgate.driver.netty.protocol.Columns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements of one Sync. A statement that occurs several times there is described once. Confined to the connection's event loop. */
record SyncMembers(List<? extends Exchange> members) {

    /** The earlier Bind with the same name and formats, whose description holds for both; null if there is none. */
    @Nullable
    BindRequest sameAs(Prepared named, @Nullable Columns formats) {
        // no iterator: this runs for each statement
        for (int i = 0; i < members.size(); i++) {
            BindRequest asked = members.get(i).asked();
            if (asked != null && asked.named() == named && asked.formats() == formats && asked.isToBeDescribed()) {
                return asked;
            }
        }
        return null;
    }
}
