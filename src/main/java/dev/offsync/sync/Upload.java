package dev.offsync.sync;

import dev.offsync.error.OffsyncException;
import dev.offsync.hub.Hub;
import dev.offsync.local.Outbox;
import dev.offsync.model.Layout;
import dev.offsync.pg.CopyPipe;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Streams the outbox into the device's staging table on the hub. All of it is there before the hub takes any lock for it.
 */
final class Upload {
    private final LocalSession session;
    private final HubLink link;
    private final Outbox outbox;

    Upload(LocalSession session, HubLink link, Outbox outbox) {
        this.session = session;
        this.link = link;
        this.outbox = outbox;
    }

    /** Sends every row of {@code batch} and returns the plan by which the hub applies them. */
    String send(long batch) throws SQLException {
        var plan = new Hub.Plan();
        List<Outbox.Part> parts = new ReferenceOrder(session).parentsFirst(outbox.parts(), Outbox.Part::table);
        CopyIn in = link.call(hub -> hub.database().copyIn(Hub.upload(link.device())));
        try {
            for (int i = 0; i < parts.size(); i++) {
                Outbox.Part part = parts.get(i);
                int hubTable = Objects.requireNonNull(part.table().hubTable());
                List<String> hubColumns =
                        Objects.requireNonNull(link.hello().columns().get(hubTable));
                Layout layout =
                        Layout.of(part.columns(), hubColumns, part.table().sentColumns());
                plan.add(hubTable, i, hubColumns, layout.sent());
                CopyOut out = session.database()
                        .copyOut(
                                outbox.copy(part, batch, i, link.hello().clock().toString()));
                CopyPipe.run(out, in, line -> layout, link::failure);
            }
            link.call(hub -> in.endCopy());
        } catch (SQLException | OffsyncException e) {
            cancel(in, e);
            throw e;
        }
        return plan.json();
    }

    private static void cancel(CopyIn in, Exception failure) {
        try {
            if (in.isActive()) {
                in.cancelCopy();
            }
        } catch (SQLException again) {
            failure.addSuppressed(again);
        }
    }
}
