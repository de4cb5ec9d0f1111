import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Drives a name server and its broker with the official Java client on the class path and prints
 * one PASS or FAIL line per scenario. Exits non-zero if one failed.
 *
 * <p>{@code Interop NAMESRV_ADDRESS LABEL [SCENARIO | first | later]...}. Without names, the
 * scenarios of {@code first} run: what every deployment needs.
 */
public final class Interop {
    private static final int SCENARIO_SECONDS = 60;

    /** Most scenarios wait more than they work; several at a time also disturb each other a little. */
    private static final int AT_A_TIME = 4;

    private static final List<Scenario> FIRST = List.of(
        new PushRetry(),
        new ResetOffset(),
        new RequestReply(),
        new SendDelayed(),
        new PushTwoConsumers(),
        new PushResumes(),
        new ConsumeFromWhereFirst(),
        new ConsumeFromWhereTimestamp(),
        new LongPollingLatency(),
        new PullSubscribeLite(),
        new PullAssignLite(),
        new SendSync(),
        new SendAsync(),
        new SendOneway(),
        new SendBatch(),
        new SendOrdered(),
        new SendCompressed(),
        new SendLargeBody(),
        new SendOversizeRefused(),
        new SendProperties(),
        new PushTagFilter(),
        new PushOrderly(),
        new PushBroadcasting(),
        new PullOneQueue(),
        new PullTagFilter(),
        new PushSqlFilter(),
        new PullSqlFilter(),
        new PullUnknownTopic(),
        new ViewById(),
        new QueryByKey(),
        new QueryByUniqueKey(),
        new OffsetsOfQueue(),
        new SendTransaction(),
        new TransactionChecked(),
        new CreateTopic(),
        new OrderTopicConfig(),
        new QueuesChange(),
        new UnknownTopic());

    private static final List<Scenario> LATER = List.of(new WipeWritePerm());

    public static void main(String[] args) throws Exception {
        String namesrv = args[0];
        String label = args[1];
        List<String> names = Arrays.asList(args).subList(2, args.length);
        ExecutorService workers = Executors.newFixedThreadPool(AT_A_TIME, Interop::daemon);
        ExecutorService bodies = Executors.newCachedThreadPool(Interop::daemon);
        AtomicInteger failed = new AtomicInteger();
        Env.Shared shared = new Env.Shared(namesrv);
        for (Scenario scenario : chosen(names)) {
            workers.execute(() -> {
                if (!report(label, scenario, shared, bodies)) {
                    failed.incrementAndGet();
                }
            });
        }
        workers.shutdown();
        workers.awaitTermination(10, TimeUnit.MINUTES);
        System.exit(failed.get() == 0 ? 0 : 1);
    }

    private static List<Scenario> chosen(List<String> names) {
        if (names.isEmpty() || names.contains("first")) {
            return FIRST;
        }
        if (names.contains("later")) {
            return LATER;
        }
        List<Scenario> chosen = new java.util.ArrayList<>(FIRST);
        chosen.addAll(LATER);
        chosen.removeIf(s -> !names.contains(s.name()));
        if (chosen.size() != names.size()) {
            throw new IllegalArgumentException("no such scenario among " + names);
        }
        return chosen;
    }

    private static boolean report(String label, Scenario scenario, Env.Shared shared,
        ExecutorService bodies) {
        String name = label + "/" + scenario.name();
        try (Env env = new Env(shared, scenario.name())) {
            Future<?> body = bodies.submit(() -> {
                scenario.run(env);
                return null;
            });
            try {
                body.get(SCENARIO_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException late) {
                body.cancel(true);
                throw new Failure("did not end within %d s", SCENARIO_SECONDS);
            }
            System.out.println("PASS " + name);
            return true;
        } catch (Throwable e) {
            Throwable cause = e instanceof java.util.concurrent.ExecutionException ? e.getCause() : e;
            String why = cause instanceof Failure ? cause.getMessage() : String.valueOf(cause);
            System.out.println("FAIL " + name + ": " + why.replace('\n', ' '));
            if (!(cause instanceof Failure)) {
                cause.printStackTrace();
            }
            return false;
        }
    }

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body);
        thread.setDaemon(true);
        return thread;
    }
}
