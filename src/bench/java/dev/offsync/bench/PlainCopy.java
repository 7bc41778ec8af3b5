package dev.offsync.bench;

import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/** The unit of the ratios: rows streamed from one server into an empty table of the other, nothing else done to them. */
final class PlainCopy {
    private PlainCopy() {}

    /** Seconds for all rows of {@code tables}, in one transaction. */
    static double seconds(TestDatabase from, TestDatabase to, List<String> tables) throws SQLException {
        try (var source = from.connect();
                var target = to.connect()) {
            target.setAutoCommit(false);
            long start = System.nanoTime();
            for (String table : tables) {
                CopyOut out = source.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY " + table + " TO STDOUT");
                CopyIn in = target.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + table + " FROM STDIN");
                for (byte[] line = out.readFromCopy(); line != null; line = out.readFromCopy()) {
                    in.writeToCopy(line, 0, line.length);
                }
                in.endCopy();
            }
            target.commit();
            return (System.nanoTime() - start) / 1e9;
        }
    }
}
