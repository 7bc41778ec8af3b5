package dev.offsync.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void short_work_shows_nothing() {
        var captured = CapturedConsole.terminal(Map.of());
        try (var bar = new ProgressBar(captured.console(), true, nanos::get)) {
            nanos.set(999_999_999L);
            bar.report("uploading", 1, 2);
        }
        assertThat(captured.err()).isEmpty();
    }

    @Test
    void long_work_is_shown_on_standard_error_and_wiped_at_the_end() {
        var captured = CapturedConsole.terminal(Map.of());
        try (var bar = new ProgressBar(captured.console(), true, nanos::get)) {
            nanos.set(1_000_000_000L);
            bar.report("uploading", 500, 1000);
            assertThat(captured.err())
                    .endsWith("uploading                [###############...............]  50% of 1000");
        }
        assertThat(captured.err()).endsWith(" \r");
        assertThat(captured.out()).isEmpty();
    }

    @Test
    void work_of_unknown_size_is_counted() {
        var captured = CapturedConsole.terminal(Map.of());
        var bar = new ProgressBar(captured.console(), true, nanos::get);
        nanos.set(2_000_000_000L);
        bar.report("comparing", 42, -1);
        assertThat(captured.err()).endsWith("comparing                42");
    }

    @Test
    void a_long_statement_that_tells_nothing_is_shown_after_a_second_too() {
        var captured = CapturedConsole.terminal(Map.of());
        try (var bar = new ProgressBar(captured.console(), true, System::nanoTime)) {
            bar.report("preparing", 0, -1);
            assertThat(captured.err()).isEmpty();
            long end = System.nanoTime() + 60_000_000_000L;
            while (!captured.err().endsWith("preparing …") && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(captured.err()).endsWith("preparing …");
        }
    }

    @Test
    void it_draws_ten_times_a_second_at_most() {
        var captured = CapturedConsole.terminal(Map.of());
        var bar = new ProgressBar(captured.console(), true, nanos::get);
        nanos.set(1_000_000_000L);
        bar.report("uploading", 1, 1000);
        String once = captured.err();
        nanos.set(1_050_000_000L);
        bar.report("uploading", 2, 1000);
        assertThat(captured.err()).isEqualTo(once);
    }

    @Test
    void pipes_and_dumb_terminals_and_those_who_do_not_want_it_see_none() {
        var pipe = CapturedConsole.pipe(Map.of());
        var dumb = CapturedConsole.terminal(Map.of("TERM", "dumb"));
        var unwanted = CapturedConsole.terminal(Map.of());
        var bars = new ProgressBar[] {
            new ProgressBar(pipe.console(), true, nanos::get),
            new ProgressBar(dumb.console(), true, nanos::get),
            new ProgressBar(unwanted.console(), false, nanos::get)
        };
        nanos.set(5_000_000_000L);
        for (ProgressBar bar : bars) {
            bar.report("uploading", 1, 2);
            bar.close();
        }
        assertThat(pipe.err() + dumb.err() + unwanted.err()).isEmpty();
    }
}
