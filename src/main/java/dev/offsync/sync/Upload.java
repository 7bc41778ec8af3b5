package dev.offsync.sync;

import dev.offsync.error.OffsyncException;
import dev.offsync.hub.Hub;
import dev.offsync.pg.PieceCopy;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/** Streams a batch into the device's upload table on the hub. All of it is there before the hub takes any lock for it. */
final class Upload {
    private final LocalSession session;
    private final HubLink link;

    Upload(LocalSession session, HubLink link) {
        this.session = session;
        this.link = link;
    }

    void send(Outgoing batch) throws SQLException {
        CopyIn in = link.call(hub -> hub.database().copyIn(Hub.upload(link.device())));
        try {
            write(() -> PieceCopy.begin(in));
            for (byte[] piece : batch.pieces()) {
                write(() -> PieceCopy.write(in, piece));
            }
            if (batch.pieces().isEmpty()) {
                for (Outgoing.Section section : batch.sections()) {
                    send(section, in);
                }
            }
            write(() -> PieceCopy.end(in));
        } catch (SQLException | OffsyncException e) {
            cancel(in, e);
            throw e;
        }
    }

    private void send(Outgoing.Section section, CopyIn in) throws SQLException {
        var reader = new PieceCopy.Reader(session.database().copyOut(section.copy()), section.layout());
        for (byte[] piece = reader.next(); piece != null; piece = reader.next()) {
            byte[] next = piece;
            write(() -> PieceCopy.write(in, next));
        }
    }

    /** Something that is written to the hub. */
    @FunctionalInterface
    private interface Write {
        void run() throws SQLException;
    }

    private void write(Write write) {
        try {
            write.run();
        } catch (SQLException e) {
            throw link.failure(e);
        }
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
