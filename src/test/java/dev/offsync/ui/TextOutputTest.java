package dev.offsync.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.InitResult;
import dev.offsync.model.Problem;
import dev.offsync.model.PurgeResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.QueueList;
import dev.offsync.model.Result;
import dev.offsync.model.StatusReport;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextOutputTest {
    @Test
    void a_run_that_needs_nobody_is_two_lines() throws IOException {
        assertThat(text(RunSamples.push())).isEqualTo("""
                        Done.
                        pushed          12 operations in 2 batches, 3 of them merged away, 1.2 s
                        """);
    }

    @Test
    void a_sync_says_what_went_up_and_what_came_down() throws IOException {
        assertThat(text(RunSamples.sync())).isEqualTo("""
                        Done.
                        pushed          12 operations in 2 batches, 3 of them merged away, 1.2 s
                        pulled          9 rows (5 inserted, 3 updated, 1 deleted), 2 skipped, 1 min 1 s
                        """);
    }

    @Test
    void open_conflicts_come_with_the_command_to_type() throws IOException {
        assertThat(text(RunSamples.pushWithConflicts())).isEqualTo("""
                        Done, but 2 conflicts to decide
                        pushed          10 operations in 1 batch; 2 still pending, 80 ms
                        conflicts       3 found, 1 settled by rule, 2 open

                        TABLE      KEY          TYPE           TO LOOK AT IT
                        products   1            update_update  offsync conflicts show 12
                        customers  ["de", "7"]  insert_insert  offsync conflicts show 13
                        """);
    }

    @Test
    void rejected_operations_come_with_the_reason_and_a_hint() throws IOException {
        assertThat(text(RunSamples.pushWithProblems())).isEqualTo("""
                        Done, but 1 operation failed and 2 parked
                        pushed          10 operations in 1 batch; 2 still pending, 80 ms

                        check_violation: products.price key 17: new row for relation "products"
                          violates check constraint "products_price_check"
                          hint: correct the row; it is sent again with the next push
                        """);
    }

    @Test
    void operations_that_are_tried_again_have_not_failed() throws IOException {
        assertThat(text(RunSamples.pushWithProblems(0))).startsWith("Done, but 2 operations rejected or parked\n");
    }

    @Test
    void a_status_says_the_state_first() throws IOException {
        assertThat(text(RunSamples.status())).isEqualTo("""
                        till-7: online, 1 failed operation, 2 parked, 2 open conflicts

                        queue           12 pending (2 parked), 0 processing, 1 failed, 2 in conflict,
                                        340 completed
                        oldest pending  2026-11-23 07:00:00Z, 2h ago
                        conflicts open  2
                        last push       2026-11-23 08:55:00Z, 5m ago
                        last pull       never
                        last error      the hub rejected 1 operation
                        clock skew      this device is 1.5 s behind the hub
                        held back by    a hub transaction open since 2026-11-22 08:00:00Z, 1d ago (pid
                                        4711, nightly report)

                        TABLE     WAY   PENDING  FAILED  CONFLICT    ROWS  PUSHED  PULLED
                        products  both       12       1         2  100000  5m ago   never

                        KEYS OF         FROM       TO        LEFT
                        products.id  1000001  1010000  2500 (25%)

                        check_violation: products.price key 17: new row for relation "products"
                          violates check constraint "products_price_check"
                          hint: correct the row; it is sent again with the next push

                        Next
                          offsync queue list --status failed   what the hub rejected, and why
                          offsync conflicts list               what waits for a decision
                          offsync check                        what is wrong, and the remedy
                          offsync sync                         sends what is pending
                        """);
    }

    @Test
    void a_check_has_one_finding_a_line_and_the_remedy_below() throws IOException {
        assertThat(text(RunSamples.check())).isEqualTo("""
                        till-7: 1 error, 1 warning

                        ok       hub: PostgreSQL 18.4 at hub.example.org:5432
                        error    local_trigger_missing: trigger offsync_insert on
                                 "public"."products" in this database is gone
                                 hint: run offsync init --tables products, then offsync verify
                        warning  hub_superuser: the hub's role is a superuser
                        """);
    }

    @Test
    void a_status_whose_only_trouble_is_age_does_not_say_that_all_is_well() throws IOException {
        var idle = new StatusReport.Queue(1, 0, 0, 0, 0, 0);
        var late = new StatusReport(
                "till-7", true, "online", idle, null, 0, null, null, null, null, null, List.of(), List.of(), List.of(),
                4);
        assertThat(text(late)).startsWith("till-7: online, overdue (--max-age)\n");
    }

    @Test
    void a_hub_that_refuses_the_device_is_not_all_well() throws IOException {
        var idle = new StatusReport.Queue(0, 0, 0, 0, 0, 0);
        var refused = new Problem("tls", "", null, null, "no safe connection to the hub", null);
        var status = new StatusReport(
                "till-7",
                true,
                "online",
                idle,
                null,
                0,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of(refused),
                0);
        assertThat(text(status)).startsWith("till-7: online, the hub cannot be used (tls)\n");
    }

    @Test
    void a_purge_says_what_is_gone() throws IOException {
        assertThat(text(RunSamples.purge()))
                .isEqualTo("Purged 120 operations, 1 resolved conflict, 40 rows (kept on the hub)\n");
        assertThat(text(new PurgeResult(0, 0, 0, true)))
                .isEqualTo("Dry run, nothing was changed. This would be purged: 0 operations,"
                        + " 0 resolved conflicts, 0 rows (kept on the hub)\n");
    }

    @Test
    void an_init_says_what_was_prepared_and_what_comes_next() throws IOException {
        assertThat(text(RunSamples.init())).isEqualTo("""
                        Ready: till-7, 1 table
                        - made schema offsync in the local database

                        TABLE     WAY   PRIORITY  SYNC COLUMNS  NEW
                        products  both         0  no            yes

                        Next: offsync sync
                        """);
    }

    @Test
    void an_init_of_the_hub_alone_leads_to_the_devices() throws IOException {
        var changes = List.of("tracks products on the hub");
        var init = new InitResult(null, List.of(), List.of(), changes, false, null, List.of());
        assertThat(text(init)).isEqualTo("""
                        Ready: the hub
                        - tracks products on the hub

                        Next, on each device: offsync init
                        """);
    }

    @Test
    void printed_ddl_stands_alone_also_with_quiet() throws IOException {
        var captured = CapturedConsole.pipe(Map.of());
        output(captured, true, false).result("init", RunSamples.printedSql());
        assertThat(captured.out()).isEqualTo("CREATE SCHEMA offsync;\n");
    }

    @Test
    void quiet_prints_failures_alone() throws IOException {
        var captured = CapturedConsole.pipe(Map.of());
        var output = output(captured, true, false);
        output.result("push", RunSamples.pushWithProblems());
        output.failure("push", new Failure("offline", 13, "cannot reach the hub", "try later", null));
        assertThat(captured.out()).isEmpty();
        assertThat(captured.err()).isEqualTo("offsync: cannot reach the hub\nhint: try later\n");
    }

    @Test
    void a_stack_trace_is_for_those_who_ask() {
        var failure = new Failure("internal", 1, "unexpected error", null, new IllegalStateException("why"));
        var brief = CapturedConsole.pipe(Map.of());
        output(brief, false, false).failure("push", failure);
        assertThat(brief.err()).isEqualTo("offsync: unexpected error\n");
        var full = CapturedConsole.pipe(Map.of());
        output(full, false, true).failure("push", failure);
        assertThat(full.err()).contains("java.lang.IllegalStateException: why").contains("\tat dev.offsync");
    }

    @Test
    void the_state_is_coloured_on_a_terminal_and_values_never() throws IOException {
        var captured = CapturedConsole.terminal(Map.of());
        output(captured, false, false).result("push", RunSamples.push());
        assertThat(captured.out()).startsWith("\u001b[32mDone.\u001b[0m\npushed ");
        var problem = new Problem("x", "t", null, "\u001b[31m", "\u001b]0;title\u0007", null);
        var evil = new PushResult(0, 0, 0, 0, 1, 0, Samples.NONE, List.of(), null, 0, false, List.of(problem));
        assertThat(text(evil)).doesNotContain("\u001b").doesNotContain("\u0007");
    }

    @Test
    void every_line_fits_into_80_columns() throws IOException {
        for (Result result : Samples.all()) {
            assertThat(text(result).lines())
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        }
    }

    @Test
    void the_queue_says_what_to_do_about_what_failed() throws IOException {
        assertThat(text(Samples.queue())).isEqualTo("""
                ID  TABLE     WHAT    KEY  STATUS        TRIES     AGE
                17  products  update  2    failed            3  2h ago
                18  orders    insert  1    parked by 17      0  1m ago

                17: new row for relation "products" violates check constraint
                  "price_is_positive"

                and 1 more: offsync queue list --limit 3

                Mend the cause, then: offsync queue retry 17
                Or drop the change:   offsync queue discard 17
                """);
        assertThat(text(new QueueList(List.of(), 0))).isEqualTo("No operations.\n");
        assertThat(text(Samples.retried())).isEqualTo("""
                Armed again: 1 operation, and 2 parked with them

                Next: offsync push
                """);
        assertThat(text(Samples.discarded(false)))
                .startsWith("Discarded 1 operation\n")
                .contains("1 local row put back to what the hub has\n", "still to be sent: 19 20\n");
    }

    @Test
    void settings_and_rules_are_tables() throws IOException {
        assertThat(text(Samples.config())).isEqualTo("""
                KEY           VALUE                            ORIGIN
                local         postgresql://app@localhost/shop  environment: LOCAL_DB_URL
                retention     30d                              file: /etc/offsync/config.toml:2
                metrics_file  -                                default
                """);
        assertThat(text(Samples.configChange())).isEqualTo("""
                batch_size = 500 (was 100)
                but OFFSYNC_BATCH_SIZE stands above it here: 7
                """);
        assertThat(text(Samples.rules())).isEqualTo("""
                TABLE     TYPE           STRATEGY  PRIORITY  DETAILS
                products  update_update  merge           10  delta stock; else lww
                *         *              custom           0  shop.choose

                Where no rule speaks: update_update lww (setting conflict_resolution),
                everything else manual.
                """);
        assertThat(text(Samples.ruleChanges(true))).isEqualTo("""
                Dry run, nothing was changed. This would be done:
                - add products update_update merge (delta stock; else lww)
                - remove * * custom (shop.choose)
                """);
    }

    @Test
    void the_fleet_says_who_is_late_first() throws IOException {
        assertThat(text(Samples.devices())).isEqualTo("""
                Late: till-7

                DEVICE  CONTACT  PULLED  PENDING  FAILED  CONFLICT      SKEW  VERSION
                till-7   2h ago  2h ago       12       1         2  -1500 ms  0.1.0
                van     revoked   never        -       -         -         -  -

                DEVICE  KEYS OF         FROM       TO
                till-7  products.id  1000001  1010000
                """);
        assertThat(text(Samples.deinit(false))).isEqualTo("""
                Removed offsync from the local database
                - 3 operations will never be sent
                - removes the schema offsync with all that was in it

                The hub still lists the device: offsync devices revoke 'till-7'
                """);
    }

    static String text(Result result) throws IOException {
        var captured = CapturedConsole.pipe(Map.of());
        output(captured, false, false).result("any", result);
        return captured.out();
    }

    static TextOutput output(CapturedConsole captured, boolean quiet, boolean stackTraces) {
        return new TextOutput(captured.console(), Color.AUTO, quiet, stackTraces, InstantSource.fixed(Samples.NOW));
    }
}
