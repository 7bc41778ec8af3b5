package dev.offsync.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LargeRecordTextTest {
    @Test
    void sixteen_megabytes_of_quotes_take_no_longer_than_their_length() {
        String quotes = "\"".repeat(16 << 20);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThat(
                        RecordText.parse(RecordText.format(List.of(quotes))).equals(List.of(quotes)))
                .isTrue());
    }
}
