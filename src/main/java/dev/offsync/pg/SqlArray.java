package dev.offsync.pg;

import java.sql.Array;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arrays in results. */
public final class SqlArray {
    private SqlArray() {}

    /** A text[] without NULLs as a list; an SQL NULL as an empty one. */
    public static List<String> texts(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }
}
