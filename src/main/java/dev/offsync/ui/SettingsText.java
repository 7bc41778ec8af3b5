package dev.offsync.ui;

import dev.offsync.model.ConfigChange;
import dev.offsync.model.ConfigList;
import dev.offsync.model.ConfigValue;
import dev.offsync.model.Rule;
import dev.offsync.model.RuleChanges;
import dev.offsync.model.RuleList;
import dev.offsync.model.Setting;
import dev.offsync.model.Strategy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings and conflict rules as text. */
final class SettingsText {
    private SettingsText() {}

    static void list(Page page, ConfigList list) {
        var table = new Table("KEY", "VALUE", "ORIGIN");
        for (Setting setting : list.settings()) {
            table.row(setting.key(), shown(setting.value()), origin(setting));
        }
        page.table(table);
    }

    /** The value alone, for {@code $(…)} in a script. */
    static void value(Page page, ConfigValue value) {
        page.line(value.value() == null ? "" : Printable.of(value.value()));
    }

    static void changed(Page page, ConfigChange change) {
        String was = change.previous() == null ? "" : " (was " + Printable.of(change.previous()) + ")";
        if (change.stored() == null) {
            page.line(
                    change.previous() == null
                            ? change.key() + " was not set"
                            : page.style().good(change.key() + " is not set any more") + was);
        } else {
            page.line(page.style().good(change.key() + " = " + Printable.of(change.stored())) + was);
        }
        Setting effective = change.effective();
        if (effective.source() != null) {
            page.paragraph(
                    page.style().warning("but " + effective.source() + " stands above it here: ")
                            + shown(effective.value()),
                    2);
        } else if (change.stored() == null && effective.value() != null) {
            page.line("from now on the default holds: " + effective.value());
        }
    }

    private static String shown(@Nullable String value) {
        return value == null ? "-" : value;
    }

    private static String origin(Setting setting) {
        return setting.source() == null ? setting.origin() : setting.origin() + ": " + setting.source();
    }

    static void rules(Page page, RuleList list) {
        if (list.rules().isEmpty()) {
            page.line("No rules.");
        } else {
            table(page, list.rules());
        }
        page.gap();
        page.paragraph(
                "Where no rule speaks: update_update "
                        + list.updateUpdateDefault().word() + " (setting conflict_resolution), everything else manual.",
                0);
    }

    static void changed(Page page, RuleChanges changes) {
        int all = changes.added().size()
                + changes.changed().size()
                + changes.removed().size();
        if (all == 0) {
            page.line(page.style().good("Nothing to change: the rules are as they should be."));
            return;
        }
        page.line(
                changes.dryRun()
                        ? "Dry run, nothing was changed. This would be done:"
                        : page.style().good("Changed " + Words.count(all, "rule")));
        lines(page, "add", changes.added());
        lines(page, "change to", changes.changed());
        lines(page, "remove", changes.removed());
    }

    private static void lines(Page page, String verb, List<Rule> rules) {
        for (Rule rule : rules) {
            String details = details(rule);
            page.paragraph(
                    "- " + verb + " " + rule.table() + " " + rule.type() + " "
                            + rule.strategy().word() + (details.isEmpty() ? "" : " (" + details + ")"),
                    2);
        }
    }

    private static void table(Page page, List<Rule> rules) {
        var table = new Table("TABLE", "TYPE", "STRATEGY", ">PRIORITY", "DETAILS");
        for (Rule rule : rules) {
            table.row(rule.table(), rule.type(), rule.strategy().word(), rule.priority(), details(rule));
        }
        page.table(table);
    }

    private static String details(Rule rule) {
        var details = new ArrayList<String>();
        if (rule.customFunction() != null) {
            details.add(rule.customFunction());
        }
        if (!rule.deltaColumns().isEmpty()) {
            details.add("delta " + String.join(", ", rule.deltaColumns()));
        }
        if (rule.strategy() == Strategy.MERGE) {
            details.add("else " + rule.fallback().word());
        }
        return String.join("; ", details);
    }
}
