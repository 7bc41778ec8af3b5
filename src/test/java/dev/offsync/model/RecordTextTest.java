package dev.offsync.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTextTest {
    /** A record as record_out writes it, then its fields. */
    static Stream<List<String>> recordsAsWritten() {
        return Stream.of(
                fields("()", (String) null),
                fields("(\"\")", ""),
                fields("(7)", "7"),
                fields("(,)", null, null),
                fields("(a,\"b \"\"c\\\\\",,\"\")", "a", "b \"c\\", null, ""),
                fields("(\"a,b\",\"(\",\")\")", "a,b", "(", ")"),
                fields("(\"two words\",\"tab\there\",\"line\nbreak\")", "two words", "tab\there", "line\nbreak"),
                fields("(\"\\\\x00ff\",\"{1,2}\")", "\\x00ff", "{1,2}"),
                fields("(\"(1,\"\"x y\"\")\")", "(1,\"x y\")"),
                fields("(NULL,null,été,'quoted')", "NULL", "null", "été", "'quoted'"));
    }

    @ParameterizedTest
    @MethodSource("recordsAsWritten")
    void what_PostgreSQL_writes_is_read_and_written_alike(List<String> example) {
        String record = example.get(0);
        List<String> fields = example.subList(1, example.size());

        assertThat(RecordText.parse(record)).isEqualTo(fields);
        assertThat(RecordText.format(fields)).isEqualTo(record);
    }

    @Test
    void what_PostgreSQL_accepts_is_read() {
        assertThat(RecordText.parse(" \n( a ,b)\t")).containsExactly(" a ", "b");
        assertThat(RecordText.parse("(a\\,b,\\\\,\\\",\\))")).containsExactly("a,b", "\\", "\"", ")");
        assertThat(RecordText.parse("(a\"b,c\"d,\"e\"f)")).containsExactly("ab,cd", "ef");
        assertThat(RecordText.parse("(\"a\\\"b\",\"\\c\",\"\"\"\")")).containsExactly("a\"b", "c", "\"");
        assertThat(RecordText.parse("(a\"\"b)")).containsExactly("ab");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a", "a,b)", "(", "(a", "(a,", "(\"a)", "(\"a\"\")", "(a\\", "(a\\)", "(a)b", "(a))"})
    void a_malformed_record_is_refused(String record) {
        assertThatIllegalArgumentException().isThrownBy(() -> RecordText.parse(record));
    }

    @Test
    void the_refusal_does_not_show_the_data() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordText.parse("(secret"))
                .withMessage("malformed record: unexpected end at character 7 of 7");
    }

    @Test
    void a_record_without_fields_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RecordText.format(List.of()));
    }

    @Property
    void every_record_comes_back(@ForAll("rows") List<String> fields) {
        assertThat(RecordText.parse(RecordText.format(fields))).isEqualTo(fields);
    }

    @Property
    void any_text_is_read_or_refused(@ForAll("texts") String text) {
        try {
            assertThat(RecordText.parse("(" + text + ")")).isNotEmpty();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageStartingWith("malformed record: ");
        }
    }

    @Provide
    Arbitrary<List<String>> rows() {
        return texts().injectNull(0.2).list().ofMinSize(1).ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> awkward =
                Arbitraries.strings().withChars("\"\\(), \n\ta").ofMaxLength(8);
        return Arbitraries.oneOf(awkward, Arbitraries.strings().ofMaxLength(8));
    }

    private static List<String> fields(String... texts) {
        return Arrays.asList(texts);
    }
}
