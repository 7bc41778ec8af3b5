package dev.offsync.hub;

import dev.offsync.pg.JsonText;
import java.util.ArrayList;
import java.util.List;

/** The plan of a batch as apply_batch reads it. */
public final class BatchPlan {
    private final List<String> steps = new ArrayList<>();

    /**
     * @param types those that the columns sent have on the device
     * @param plain what the rows are, insert, update or delete, of versions that the device knows; else an empty string
     */
    public void add(
            int table, int layout, List<String> hubColumns, List<String> sent, List<String> types, String plain) {
        steps.add("{\"table\": " + table + ", \"layout\": " + layout + ", \"hub_columns\": "
                + JsonText.array(hubColumns) + ", \"sent\": " + JsonText.array(sent) + ", \"types\": "
                + JsonText.array(types) + ", \"plain\": \"" + plain + "\"}");
    }

    public String json() {
        return "[" + String.join(", ", steps) + "]";
    }
}
