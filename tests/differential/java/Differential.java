import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.remoting.netty.NettyClientConfig;
import org.apache.rocketmq.remoting.netty.NettyRemotingClient;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/**
 * Sends one random script of requests after the other to two brokers and compares every answer.
 *
 * <p>Differential JAVA_BROKER OUR_BROKER FIRST_SEED COUNT ACCEPTED: the brokers' addresses, the
 * seeds of the scripts, the table of accepted differences. DIFFERENTIAL_VERBOSE in the
 * environment: every request is shown.
 */
public final class Differential {
    private static final long TIMEOUT_MS = 15_000;

    private final NettyRemotingClient client = new NettyRemotingClient(new NettyClientConfig());
    private final String[] brokers;
    private final Accepted accepted;
    private int requests;
    private final Map<String, Integer> shown = new HashMap<>();

    private Differential(String[] brokers, Accepted accepted) {
        this.brokers = brokers;
        this.accepted = accepted;
    }

    public static void main(String[] args) throws Exception {
        Differential runner = new Differential(new String[] {args[0], args[1]}, new Accepted(args[4]));
        long first = Long.parseLong(args[2]);
        int count = Integer.parseInt(args[3]);
        runner.client.start();
        int failed = 0;
        for (int i = 0; i < count; i++) {
            List<String> differences = runner.run(first + i);
            if (!differences.isEmpty()) {
                failed++;
                System.out.printf("FAIL script %d: %d differences%n", first + i, differences.size());
                // What follows the first ones follows from them, as a rule.
                differences.stream().limit(4).forEach(runner::show);
            }
        }
        runner.client.shutdown();
        System.out.printf("%d scripts with %d requests each way%n", count, runner.requests);
        for (String line : runner.accepted.uses()) {
            System.out.println(line);
        }
        System.out.printf("%d passed, %d failed%n", count - failed, failed);
        System.exit(failed == 0 ? 0 : 1);
    }

    /** One kind of difference is shown a few times, not a thousand. */
    private void show(String difference) {
        String kind = difference.replaceAll("\\{.*?\\}: ", "").replaceAll("[0-9]+", "#");
        int before = shown.merge(kind.substring(0, Math.min(100, kind.length())), 1, Integer::sum);
        if (before <= 2) {
            System.out.println("  " + difference);
        }
    }

    private List<String> run(long seed) throws Exception {
        Script script = new Script(seed);
        boolean verbose = System.getenv("DIFFERENTIAL_VERBOSE") != null;
        List<String> differences = new ArrayList<>();
        while (true) {
            Step step = script.next();
            if (step == null) {
                return differences;
            }
            requests++;
            if (step.code == 222) {
                Thread.sleep(100);  // it reads the queues, and changes what it reads
            }
            RemotingCommand[] raw = new RemotingCommand[2];
            List<String> found = null;
            // RocketMQ's queues follow its log after a moment: what only reads is asked again.
            for (int attempt = 0; attempt < (step.reads() ? 4 : 1); attempt++) {
                if (attempt > 0) {
                    Thread.sleep(40L << attempt);
                }
                for (int i = 0; i < 2; i++) {
                    raw[i] = invoke(brokers[i], step.request(i));
                }
                found = compare(step, raw);
                if (found.isEmpty()) {
                    break;
                }
            }
            script.learn(step, raw);
            if (verbose) {
                System.out.printf("%s -> %d, %d%n", step, raw[0].getCode(), raw[1].getCode());
            }
            differences.addAll(found);
        }
    }

    private List<String> compare(Step step, RemotingCommand[] answers) {
        List<String> found = new ArrayList<>();
        // Of a malformed request it matters that both refuse it; which fault is told may differ.
        if (!step.broken.isEmpty() && answers[0].getCode() != 0 && answers[1].getCode() != 0) {
            return found;
        }
        Map<String, String> theirs = Answers.parts(step, answers[0]);
        Map<String, String> ours = Answers.parts(step, answers[1]);
        Map<String, String> all = new LinkedHashMap<>(theirs);
        ours.forEach(all::putIfAbsent);
        for (String part : all.keySet()) {
            String their = theirs.getOrDefault(part, "(absent)");
            String our = ours.getOrDefault(part, "(absent)");
            if (!their.equals(our) && !accepted.accepts(step, part, their, our)) {
                found.add(String.format("%s: %s is [%s], ours [%s]", step, part, Text.cut(their), Text.cut(our)));
            }
        }
        return found;
    }

    private RemotingCommand invoke(String broker, RemotingCommand request) {
        try {
            return client.invokeSync(broker, request, TIMEOUT_MS);
        } catch (Exception e) {
            RemotingCommand none = RemotingCommand.createResponseCommand(-1, e.getClass().getSimpleName());
            none.setRemark("no answer: " + e.getClass().getSimpleName());
            return none;
        }
    }
}
