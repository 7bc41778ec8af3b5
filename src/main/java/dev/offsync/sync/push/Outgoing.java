package dev.offsync.sync.push;

import dev.offsync.local.queue.Outbox.Part;
import dev.offsync.local.queue.PlainBatch;
import dev.offsync.model.Layout;
import java.util.List;

/**
 * A batch as it goes to the hub.
 *
 * @param plain the parts of a batch that goes as the journal has it; empty where it lies in the outbox
 * @param rows the number of rows that its operations came to
 * @param plan as apply_batch on the hub describes it
 * @param pieces what was read ahead of the upload; empty where it is read during the upload
 */
record Outgoing(
        long batch,
        List<PlainBatch.Rows> plain,
        long operations,
        long rows,
        List<Section> sections,
        String plan,
        List<byte[]> pieces) {
    /** A part with the COPY that reads it and the layout that its rows have on the hub. */
    record Section(Part part, Layout layout, String copy) {}

    boolean inOutbox() {
        return plain.isEmpty();
    }

    Outgoing with(List<byte[]> readAhead) {
        return new Outgoing(batch, plain, operations, rows, sections, plan, readAhead);
    }
}
