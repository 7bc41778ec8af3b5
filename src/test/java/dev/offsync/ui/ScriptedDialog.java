package dev.offsync.ui;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A person who types what was written down for them; after the last line, Ctrl-D or Ctrl-C. */
final class ScriptedDialog implements Dialog {
    private final Deque<String> typed;
    private final boolean interrupting;
    private final int width;
    final List<String> screen = new ArrayList<>();
    final List<Help> offered = new ArrayList<>();

    ScriptedDialog(int width, boolean interrupting, String... typed) {
        this.width = width;
        this.interrupting = interrupting;
        this.typed = new ArrayDeque<>(List.of(typed));
    }

    static ScriptedDialog typing(String... typed) {
        return new ScriptedDialog(80, false, typed);
    }

    @Override
    public void show(List<String> lines) {
        screen.addAll(lines);
    }

    @Override
    public String ask(String prompt, Help help) throws Ended {
        offered.add(help);
        if (typed.isEmpty()) {
            throw new Ended(interrupting);
        }
        screen.add(prompt + typed.peek());
        return typed.remove();
    }

    String text() {
        return String.join("\n", screen);
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public void close() {
        // Nothing to give back.
    }
}
