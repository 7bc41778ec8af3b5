package dev.offsync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.offsync.error.OffsyncException;
import org.junit.jupiter.api.Test;

class ConninfoParserTest {
    @Test
    void blanks_around_the_equals_sign_do_not_count() {
        assertThat(ConninfoParser.parse("  host = a\tdbname=b\n user =c "))
                .containsEntry("host", "a")
                .containsEntry("dbname", "b")
                .containsEntry("user", "c")
                .hasSize(3);
    }

    @Test
    void quotes_keep_blanks_and_backslashes_keep_quotes() {
        assertThat(ConninfoParser.parse("password='it\\'s a \\\\ = b' user=a\\ b dbname=''"))
                .containsEntry("password", "it's a \\ = b")
                .containsEntry("user", "a b")
                .containsEntry("dbname", "");
    }

    @Test
    void a_missing_quote_is_named_by_its_place() {
        assertThatExceptionOfType(OffsyncException.class)
                .isThrownBy(() -> ConninfoParser.parse("user=a password='secret"))
                .withMessageContaining("character 17")
                .withMessageNotContaining("secret");
    }
}
