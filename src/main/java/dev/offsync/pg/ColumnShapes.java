package dev.offsync.pg;

import dev.offsync.model.ColumnShape;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what the function column_shapes says, on either side. */
public final class ColumnShapes {
    private ColumnShapes() {}

    /** The columns in {@code texts}, none where it is an SQL NULL. */
    public static List<ColumnShape> of(@Nullable Array texts) throws SQLException {
        var columns = new ArrayList<ColumnShape>();
        if (texts != null) {
            for (String text : (String[]) texts.getArray()) {
                List<String> parts = JsonText.parseArray(text);
                columns.add(new ColumnShape(
                        parts.get(0),
                        parts.get(1),
                        parts.get(2).equals("t"),
                        Integer.parseInt(parts.get(3)),
                        Integer.parseInt(parts.get(4))));
            }
        }
        return columns;
    }
}
