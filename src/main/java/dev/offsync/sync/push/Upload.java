package dev.offsync.sync.push;

import dev.offsync.error.OffsyncException;
import dev.offsync.hub.Hub;
import dev.offsync.pg.PieceCopy;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Streams a batch into the device's upload table on the hub. All of it is there before the hub takes any lock for it. What
 * has arrived stays there when the link breaks, and the next run sends the rest.
 */
final class Upload {
    /** A COPY that breaks off leaves nothing; so it ends after this much, or sooner where the link is slow. */
    private static final long MOST_AT_ONCE = 8 << 20;

    private static final long LONGEST_NANOS = Duration.ofSeconds(5).toNanos();

    private final LocalSession session;
    private final HubLink link;
    private boolean leftExpected;
    private @Nullable CopyIn in;
    private long since;
    private long sent;

    Upload(LocalSession session, HubLink link) {
        this.session = session;
        this.link = link;
    }

    /** An earlier upload may have left something that belongs to what is sent next. */
    void expectLeft() {
        leftExpected = true;
    }

    void send(Outgoing batch) throws SQLException {
        Set<String> there = leftExpected ? link.call(hub -> hub.uploadedPieces(link.device())) : Set.of();
        Map<String, Integer> adopted = new HashMap<>();
        try {
            for (byte[] piece : batch.pieces()) {
                send(piece, there, adopted);
            }
            if (batch.pieces().isEmpty()) {
                for (Outgoing.Section section : batch.sections()) {
                    send(section, there, adopted);
                }
            }
            endCopy();
        } catch (SQLException | OffsyncException e) {
            cancel(e);
            throw e;
        }
        leftExpected = false;
        if (!there.isEmpty()) {
            link.call(hub -> {
                hub.adoptPieces(link.device(), batch.batch(), adopted);
                return adopted;
            });
        }
    }

    private void send(Outgoing.Section section, Set<String> there, Map<String, Integer> adopted) throws SQLException {
        var reader = new PieceCopy.Reader(session.database().copyOut(section.copy()), section.layout());
        try {
            for (byte[] piece = reader.next(); piece != null; piece = reader.next()) {
                send(piece, there, adopted);
            }
        } catch (OffsyncException e) {
            // The local connection answers nothing else before; to cancel could hit the statement that comes after.
            reader.skipRest();
            throw e;
        }
    }

    private void send(byte[] piece, Set<String> there, Map<String, Integer> adopted) {
        PieceCopy.Sealed sealed = PieceCopy.seal(piece);
        if (there.contains(sealed.digest())) {
            adopted.put(sealed.digest(), sealed.place());
            return;
        }
        CopyIn copy = copy();
        write(() -> PieceCopy.write(copy, sealed.tuple()));
        sent += sealed.tuple().length;
        if (sent > MOST_AT_ONCE || System.nanoTime() - since > LONGEST_NANOS) {
            endCopy();
        }
    }

    private CopyIn copy() {
        CopyIn open = in;
        if (open == null) {
            CopyIn begun = link.call(hub -> hub.database().copyIn(Hub.upload(link.device())));
            in = begun;
            since = System.nanoTime();
            sent = 0;
            write(() -> PieceCopy.begin(begun));
            open = begun;
        }
        return open;
    }

    private void endCopy() {
        CopyIn open = in;
        if (open != null) {
            write(() -> PieceCopy.end(open));
            in = null;
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

    private void cancel(Exception failure) {
        CopyIn open = in;
        in = null;
        try {
            if (open != null && open.isActive()) {
                open.cancelCopy();
            }
        } catch (SQLException again) {
            failure.addSuppressed(again);
        }
    }
}
