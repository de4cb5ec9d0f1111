import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Compares what was sent and acknowledged with what was delivered. A message is identified by its
 * KEYS property. Any thread.
 */
final class Ledger {
    private final Map<String, byte[]> bodies = new TreeMap<>();
    private final Map<String, String> tags = new HashMap<>();
    private final Map<String, String> places = new HashMap<>();
    private final Map<String, String> keysByPlace = new HashMap<>();
    private final Map<String, Integer> copies = new HashMap<>();
    private final Map<String, Integer> perConsumer = new HashMap<>();
    private String firstWrong;

    synchronized void sent(Message message) {
        bodies.put(message.getKeys(), message.getBody().clone());
        tags.put(message.getKeys(), String.valueOf(message.getTags()));
    }

    synchronized void acknowledged(Message message, SendResult result) throws Failure {
        Failure.unless(result.getSendStatus() == SendStatus.SEND_OK, "%s: %s", message.getKeys(), result);
        Failure.unless(result.getOffsetMsgId() != null && result.getMsgId() != null,
            "%s: answer without ids: %s", message.getKeys(), result);
        String place = result.getMessageQueue().getQueueId() + "/" + result.getQueueOffset();
        places.put(message.getKeys(), place);
        String other = keysByPlace.put(place, message.getKeys());
        Failure.unless(other == null, "%s and %s both stored at %s", message.getKeys(), other, place);
    }

    /** It was refused for certain: it must not come. */
    synchronized void neverSent(Message message) {
        bodies.remove(message.getKeys());
        tags.remove(message.getKeys());
    }

    synchronized void delivered(String consumer, MessageExt message) {
        String key = message.getKeys();
        byte[] body = bodies.get(key);
        String place = places.get(key);
        if (body == null) {
            wrong("foreign message " + message);
        } else if (!Arrays.equals(body, message.getBody())) {
            wrong(key + " came with another body of " + message.getBody().length + " bytes");
        } else if (!tags.get(key).equals(String.valueOf(message.getTags()))) {
            wrong(key + " came with tags " + message.getTags() + ", sent with " + tags.get(key));
        } else if (place != null
            && !place.equals(message.getQueueId() + "/" + message.getQueueOffset())) {
            wrong(key + " was acknowledged at " + place + " and came from " + message.getQueueId()
                + "/" + message.getQueueOffset());
        }
        copies.merge(key, 1, Integer::sum);
        perConsumer.merge(consumer, 1, Integer::sum);
        notifyAll();
    }

    private void wrong(String what) {
        if (firstWrong == null) {
            firstWrong = what;
        }
    }

    synchronized int deliveredTo(String consumer) {
        return perConsumer.getOrDefault(consumer, 0);
    }

    synchronized int deliveries() {
        return copies.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** True once everything sent was delivered. */
    synchronized boolean complete() {
        return missing() == 0;
    }

    private long missing() {
        return bodies.keySet().stream().filter(key -> !copies.containsKey(key)).count();
    }

    /** Waits until everything sent was delivered. Duplicates are allowed: a rebalance makes some. */
    synchronized void awaitAll(int seconds) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (missing() > 0 && firstWrong == null) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        Failure.unless(firstWrong == null, "%s", firstWrong);
        if (missing() > 0) {
            String first = bodies.keySet().stream().filter(k -> !copies.containsKey(k)).findFirst().get();
            throw new Failure("lost: %d of %d not delivered within %d s, among them %s acknowledged at %s",
                missing(), bodies.size(), seconds, first, places.get(first));
        }
    }

    /** As above, and nothing comes twice or from elsewhere. */
    void awaitAllOnce(int seconds) throws Exception {
        awaitAll(seconds);
        // Time for what should not come to come.
        Thread.sleep(200);
        synchronized (this) {
            Failure.unless(firstWrong == null, "%s", firstWrong);
            for (Map.Entry<String, Integer> entry : copies.entrySet()) {
                Failure.unless(entry.getValue() == 1, "duplicate: %s came %d times", entry.getKey(),
                    entry.getValue());
            }
        }
    }
}
