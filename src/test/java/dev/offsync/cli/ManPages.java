package dev.offsync.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the manual pages of section 1 from the command model, and what src/man adds to it. */
final class ManPages {
    private static final Map<String, String> ENVIRONMENT = new LinkedHashMap<>();

    static {
        ENVIRONMENT.put("OFFSYNC_LOCAL", "The local database, where --local is not given; else LOCAL_DB_URL.");
        ENVIRONMENT.put("OFFSYNC_REMOTE", "The hub, where --remote is not given; else REMOTE_DB_URL.");
        ENVIRONMENT.put("OFFSYNC_LOCAL_PASSWORD", "The local database's password.");
        ENVIRONMENT.put("OFFSYNC_REMOTE_PASSWORD", "The hub's password.");
        ENVIRONMENT.put("OFFSYNC_CONFIG", "The config file, where --config is not given.");
    }

    private ManPages() {}

    /** Every page, text by file name. */
    static Map<String, String> all() {
        var pages = new TreeMap<String, String>();
        pages.put("offsync.1", program());
        Documents.leaves().forEach((command, spec) -> pages.put(page(command) + ".1", command(command, spec)));
        pages.put("offsync-json.7", ReferencePages.json());
        pages.put("offsync-scaling.7", ReferencePages.scaling());
        pages.put("offsync-config.5", ReferencePages.config());
        return pages;
    }

    static String page(String command) {
        return "offsync-" + command.replace(' ', '-');
    }

    static Troff begin(String page, int section) {
        return new Troff(
                page, section, ManSource.ofProject("project.build.outputTimestamp"), ManSource.ofProject("version"));
    }

    private static String command(String command, CommandSpec spec) {
        ManSource source = ManSource.of(page(command));
        Troff page = begin(page(command), 1);
        name(page, page(command), spec);
        page.section("SYNOPSIS").line(".SY \"offsync " + Troff.escaped(command) + '"');
        List<OptionSpec> own = options(spec, false);
        own.forEach(option -> page.line(synopsis(option)));
        spec.positionalParameters().forEach(positional -> page.line(synopsis(positional)));
        page.line("[" + Troff.italic("global options") + "]").line(".YS");
        description(page, spec, source);
        if (!own.isEmpty() || !spec.positionalParameters().isEmpty()) {
            page.section("OPTIONS");
            spec.positionalParameters()
                    .forEach(positional -> page.item(Troff.italic(positional.paramLabel()), words(positional)));
            own.forEach(option -> option(page, option));
        }
        page.section("GLOBAL OPTIONS")
                .paragraph(String.join(
                                ", ",
                                options(spec, true).stream()
                                        .map(OptionSpec::longestName)
                                        .toList())
                        + ": see offsync(1).");
        exitStatuses(page, spec);
        environment(page);
        page.source(source.from("EXAMPLES"));
        seeAlso(page, command);
        return page.toString();
    }

    private static String program() {
        CommandSpec spec = Documents.program();
        ManSource source = ManSource.of("offsync");
        Troff page = begin("offsync", 1);
        name(page, "offsync", spec);
        page.section("SYNOPSIS")
                .line(".SY offsync")
                .line("[" + Troff.italic("global options") + "]")
                .line(Troff.italic("command"))
                .line("[" + Troff.italic("options") + "]")
                .line(".YS")
                .source(source.before("FILES"))
                .section("COMMANDS");
        Documents.leaves()
                .forEach((command, leaf) -> page.item(
                        "\\fB" + Troff.escaped(page(command)) + "\\fR(1)",
                        leaf.usageMessage().header()[0]));
        page.section("GLOBAL OPTIONS");
        options(spec, true).forEach(option -> option(page, option));
        exitStatuses(page, spec);
        environment(page);
        page.source(source.from("FILES"));
        seeAlso(page, "");
        return page.toString();
    }

    private static void name(Troff page, String name, CommandSpec spec) {
        String header = spec.usageMessage().header()[0];
        String lower = header.substring(0, 1).toLowerCase(Locale.ROOT) + header.substring(1);
        page.section("NAME").line(Troff.escaped(name) + " \\-").line(Troff.escaped(lower.replaceAll("\\.$", "")));
    }

    private static void description(Troff page, CommandSpec spec, ManSource source) {
        List<String> written = source.before("EXAMPLES");
        if (written.isEmpty()) {
            page.section("DESCRIPTION").paragraph(spec.usageMessage().header()[0]);
        }
        page.source(written);
    }

    private static void option(Troff page, OptionSpec option) {
        String names =
                String.join(", ", Arrays.stream(option.names()).map(Troff::bold).toList());
        String value = option.arity().max() == 0 ? "" : "=" + Troff.italic(option.paramLabel());
        page.item(names + value, words(option));
    }

    private static String words(ArgSpec argument) {
        return String.join(" ", argument.description());
    }

    private static String synopsis(OptionSpec option) {
        String value = option.arity().max() == 0 ? "" : " " + quoted(option.paramLabel());
        return option.required()
                ? Troff.bold(option.longestName()) + (value.isEmpty() ? "" : " " + Troff.italic(option.paramLabel()))
                : ".OP " + Troff.escaped(option.longestName()) + value;
    }

    private static String quoted(String label) {
        String escaped = Troff.escaped(label);
        return escaped.contains(" ") ? '"' + escaped + '"' : escaped;
    }

    private static String synopsis(PositionalParamSpec positional) {
        String label = Troff.italic(positional.paramLabel())
                + (positional.arity().max() > 1 || positional.arity().isVariable() ? "..." : "");
        return positional.arity().min() == 0 ? "[" + label + "]" : label;
    }

    private static void exitStatuses(Troff page, CommandSpec spec) {
        page.section("EXIT STATUS");
        spec.usageMessage().exitCodeList().forEach((code, meaning) -> page.item(Troff.bold(code.strip()), meaning));
    }

    private static void environment(Troff page) {
        page.section("ENVIRONMENT");
        ENVIRONMENT.forEach((name, meaning) -> page.item(Troff.bold(name), meaning));
        page.paragraph("Every other setting has a variable, too: see offsync-config(5).");
    }

    /** The commands of the same group, or those that every operator needs. */
    private static void seeAlso(Troff page, String command) {
        String group = command.contains(" ") ? command.substring(0, command.indexOf(' ') + 1) : "";
        var pages = new ArrayList<String>();
        if (!command.isEmpty()) {
            pages.add("offsync(1)");
        }
        for (String other : Documents.leaves().keySet()) {
            boolean related = group.isEmpty()
                    ? List.of("init", "sync", "status", "check").contains(other)
                    : other.startsWith(group);
            if (related && !other.equals(command)) {
                pages.add(page(other) + "(1)");
            }
        }
        pages.add("offsync-config(5)");
        pages.add("offsync-json(7)");
        if (command.isEmpty()) {
            pages.add("offsync-scaling(7)");
        }
        page.section("SEE ALSO").paragraph(String.join(", ", pages));
    }

    /** The command's own options, or those that all commands share. */
    private static List<OptionSpec> options(CommandSpec spec, boolean global) {
        var names = Documents.program().optionsMap().keySet();
        return spec.options().stream()
                .filter(option -> !option.hidden())
                .filter(option -> names.contains(option.longestName()) == global)
                .sorted((one, other) -> Integer.compare(one.order(), other.order()))
                .toList();
    }
}
