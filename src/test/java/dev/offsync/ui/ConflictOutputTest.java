package dev.offsync.ui;

import static dev.offsync.ui.TextOutputTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictList;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person reads of conflicts. */
class ConflictOutputTest {
    @Test
    void a_list_of_conflicts_folds_long_keys() throws IOException {
        assertThat(text(ConflictSamples.list())).isEqualTo("""
                        1 open conflict

                        ID  TABLE     KEY                     TYPE           DETECTED              STATE
                        11  products  2f1c1d0e-8f5b-4b0c-9d5  update_delete  2026-11-23 08:59:30Z  local
                                      3-0e6a0d3b8a11
                        12  products  1                       update_update  2026-11-23 08:59:30Z  open

                        To look at one: offsync conflicts show 12
                        """);
        assertThat(text(new ConflictList(List.of()))).isEqualTo("No conflicts.\n");
        assertThat(text(new ConflictList(List.of(ConflictSamples.resolvedEntry()))))
                .startsWith("No open conflict.\n");
    }

    @Test
    void a_conflict_is_shown_side_by_side_without_what_is_equal() throws IOException {
        assertThat(text(ConflictSamples.detail())).isEqualTo("""
                        Conflict 12: open

                        table           products
                        key             1
                        type            update_update
                        detected        2026-11-23 08:59:30Z
                        device          till-7
                        changed here    2026-11-23 08:59:00Z, version 4 (newer)
                                        by the device's clock 2026-11-23 08:59:04Z, ahead by 4.0 s
                                        columns: price, note
                        changed on hub  2026-11-23 08:58:00Z, version 5
                                        columns: price
                        strategy        lww

                        COLUMN  BASE    LOCAL                   REMOTE
                        price   9.99    10.50                   11.00
                        note    (null)  wi\\u001b[31mth\\nescape  (null)

                        Both sides changed price since the device's last pull.

                        To decide: offsync conflicts resolve 12 --use local|remote|latest|merge
                        """);
    }

    @Test
    void every_row_that_holds_a_unique_value_is_beside_the_local_one() {
        var page = new Page(Style.PLAIN);
        ConflictDetailText.show(
                page, ConflictSamples.detail(ConflictSamples.collision(), "open: manual: a person decides"));
        assertThat(page.toString()).contains("""
                        COLUMN   LOCAL  REMOTE 100  REMOTE 101
                        id       1      100         101
                        * email  x@y    x@y         (null)
                        * site   7      1           7

                        OTHER ROW  KEY  WHAT ABOUT IT         CONSTRAINT
                        account    100  holds the same email  account_email_key
                        account    101  holds the same site   account_site_key

                        open: manual: a person decides

                        To decide: offsync conflicts resolve 13 --use remote, or --use local --set COLUMN=VALUE
                        """);
    }

    @Test
    void what_a_deletion_would_take_along_is_shown_with_its_content() {
        var page = new Page(Style.PLAIN);
        ConflictDetailText.show(
                page, ConflictSamples.detail(ConflictSamples.deletion(), "open: manual: a person decides"));
        assertThat(page.toString()).contains("""
                        COLUMN  BASE  LOCAL      REMOTE
                        id      1     (deleted)  1

                        OTHER ROW  KEY  WHAT ABOUT IT             CONSTRAINT
                        booking    11   would be deleted with it  booking_room_fk

                        COLUMN   booking 11
                        id       11
                        room_id  1

                        open: manual: a person decides

                        To decide: offsync conflicts resolve 14 --use local|remote
                        """);
    }

    @Test
    void a_side_that_deleted_the_row_says_so_in_every_column() throws IOException {
        var entry = ConflictSamples.resolvedEntry();
        var page = new Page(Style.PLAIN);
        ConflictDetailText.show(page, ConflictSamples.detail(entry, "The hub deleted the row."));
        assertThat(page.toString())
                .contains("COLUMN  BASE    LOCAL                   REMOTE     KEPT\n")
                .contains("name    Tea     Tea                     (deleted)  Tea\n")
                .contains("resolved        2026-11-23 09:00:00Z by anna\n")
                .doesNotContain("To decide");
    }

    @Test
    void a_dry_resolution_prints_the_row_to_be_written() throws IOException {
        assertThat(text(ConflictSamples.resolve(true))).isEqualTo("""
                        Dry run, nothing was changed: 2 conflicts would be resolved

                        conflict 12: products key 1, local
                          id = 1
                          name = Tea
                          price = 10.50
                          note = wi\\u001b[31mth\\nescape

                        conflict 13: products key 3, remote
                          the row is deleted
                        """);
        assertThat(text(ConflictSamples.resolve(false)))
                .startsWith("Resolved 2 conflicts, 1 still open\n")
                .endsWith("\nNext: offsync sync\n");
    }
}
