package dev.offsync.cli;

import dev.offsync.model.CheckResult;
import dev.offsync.model.ConfigChange;
import dev.offsync.model.ConfigList;
import dev.offsync.model.ConfigValue;
import dev.offsync.model.ConflictDetail;
import dev.offsync.model.ConflictList;
import dev.offsync.model.DeinitResult;
import dev.offsync.model.DeviceList;
import dev.offsync.model.DiscardResult;
import dev.offsync.model.InitResult;
import dev.offsync.model.PullResult;
import dev.offsync.model.PurgeResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.QueueList;
import dev.offsync.model.ResolveResult;
import dev.offsync.model.Result;
import dev.offsync.model.RetryResult;
import dev.offsync.model.RevokeResult;
import dev.offsync.model.RuleChanges;
import dev.offsync.model.RuleList;
import dev.offsync.model.StatusReport;
import dev.offsync.model.SyncResult;
import dev.offsync.model.UndoResult;
import dev.offsync.model.VerifyResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The commands there are, and the record that each answers with. A new command is entered here, once. */
final class Documents {
    private static final Map<String, Class<? extends Result>> RESULTS = new LinkedHashMap<>();

    static {
        RESULTS.put("init", InitResult.class);
        RESULTS.put("status", StatusReport.class);
        RESULTS.put("push", PushResult.class);
        RESULTS.put("pull", PullResult.class);
        RESULTS.put("sync", SyncResult.class);
        RESULTS.put("conflicts list", ConflictList.class);
        RESULTS.put("conflicts show", ConflictDetail.class);
        RESULTS.put("conflicts resolve", ResolveResult.class);
        RESULTS.put("conflicts undo", UndoResult.class);
        RESULTS.put("queue list", QueueList.class);
        RESULTS.put("queue retry", RetryResult.class);
        RESULTS.put("queue discard", DiscardResult.class);
        RESULTS.put("rules list", RuleList.class);
        RESULTS.put("rules set", RuleChanges.class);
        RESULTS.put("rules unset", RuleChanges.class);
        RESULTS.put("rules apply", RuleChanges.class);
        RESULTS.put("config list", ConfigList.class);
        RESULTS.put("config get", ConfigValue.class);
        RESULTS.put("config set", ConfigChange.class);
        RESULTS.put("config unset", ConfigChange.class);
        RESULTS.put("purge", PurgeResult.class);
        RESULTS.put("devices list", DeviceList.class);
        RESULTS.put("devices revoke", RevokeResult.class);
        RESULTS.put("deinit", DeinitResult.class);
        RESULTS.put("check", CheckResult.class);
        RESULTS.put("verify", VerifyResult.class);
    }

    private Documents() {}

    /** The whole program, hidden commands included. */
    static CommandSpec program() {
        return CommandTree.full().getCommandSpec();
    }

    /** Every command that does something, by its name without the program's, in the order of the help. */
    static Map<String, CommandSpec> leaves() {
        var leaves = new LinkedHashMap<String, CommandSpec>();
        collect(program(), "", leaves);
        return leaves;
    }

    private static void collect(CommandSpec spec, String path, Map<String, CommandSpec> leaves) {
        for (Map.Entry<String, CommandLine> sub : spec.subcommands().entrySet()) {
            CommandSpec command = sub.getValue().getCommandSpec();
            if (command.usageMessage().hidden()) {
                continue;
            }
            String name = (path + " " + sub.getKey()).strip();
            if (command.subcommands().isEmpty()) {
                leaves.put(name, command);
            } else {
                collect(command, name, leaves);
            }
        }
    }

    /** The record of a command's answer. */
    static Class<? extends Result> result(String command) {
        Class<? extends Result> result = RESULTS.get(command);
        if (result == null) {
            throw new AssertionError("enter the result of offsync " + command + " in Documents.RESULTS");
        }
        return result;
    }

    /** Commands without an entry here. */
    static List<String> unknown() {
        var unknown = new ArrayList<>(leaves().keySet());
        unknown.removeAll(RESULTS.keySet());
        return unknown;
    }
}
