import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.rocketmq.tools.command.MQAdminStartup;

/** Runs commands of mqadmin in this process and holds what they print against a pattern. */
final class Commands {
    private static final int ATTEMPTS = 30;

    private final String prefix;
    private final boolean java;
    private final Map<String, String> words;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private int failed;

    Commands(String prefix, boolean java, Map<String, String> words) {
        this.prefix = prefix;
        this.java = java;
        this.words = words;
    }

    /** What ${name} stands for. */
    Map<String, String> words() {
        return words;
    }

    int failed() {
        return failed;
    }

    void run(String command, String arguments, String expected) throws Exception {
        await(command, arguments, expected, 2);
    }

    /** Again and again for a while: what is asked for becomes true a little later. */
    void await(String command, String arguments, String expected) throws Exception {
        await(command, arguments, expected, ATTEMPTS);
    }

    /** Told by us and not by RocketMQ. */
    void ours(String command, String arguments, String expected) throws Exception {
        if (!java) {
            await(command, arguments, expected);
        }
    }

    /** Served by RocketMQ and not by us. */
    void unserved(String command, String arguments, String expected) throws Exception {
        if (java) {
            run(command, arguments, expected);
            return;
        }
        String printed = output(command, arguments);
        if (printed.contains("not supported")) {
            out.printf("SKIP %s/%s: not served yet%n", prefix, command);
        } else {
            fail(command, arguments, "is served, or fails otherwise than it should: " + printed);
        }
    }

    private void await(String command, String arguments, String expected, int attempts) throws Exception {
        Pattern pattern = Pattern.compile(fill(expected, true), Pattern.DOTALL);
        String printed = "";
        for (int i = 0; i < attempts; i++) {
            if (i > 0) {
                Thread.sleep(1000);
            }
            printed = output(command, arguments);
            if (pattern.matcher(printed).find()) {
                out.printf("PASS %s/%s %s%n", prefix, command, arguments.replaceAll("[${}]", ""));
                return;
            }
        }
        fail(command, arguments, "no '" + expected + "' in: " + printed);
    }

    private void fail(String command, String arguments, String why) {
        failed++;
        String line = why.replaceAll("\\s+", " ");
        out.printf("FAIL %s/%s %s: %s%n", prefix, command, arguments.replaceAll("[${}]", ""),
            line.substring(0, Math.min(1500, line.length())));
    }

    private String output(String command, String arguments) {
        String line = fill(command + " " + arguments, false).trim();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
        try {
            MQAdminStartup.main0((line + " -n " + words.get("namesrv")).split(" +"), null);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private String fill(String text, boolean quoted) {
        for (Map.Entry<String, String> word : words.entrySet()) {
            String value = quoted ? Pattern.quote(word.getValue()) : word.getValue();
            text = text.replace("${" + word.getKey() + "}", value);
        }
        return text;
    }
}
