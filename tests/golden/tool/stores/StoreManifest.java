import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.rocketmq.common.message.MessageClientExt;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Prints every record of a stopped broker's commit log, as RocketMQ's own decoder reads it, one tab
 * separated line each. The digest is of the stored body: a compressed one is not decompressed.
 *
 * <p>{@code StoreManifest STORE_DIRECTORY [killed]}: a killed broker may have been in the middle of a
 * record, which nobody was told of; the log ends before it.
 */
public final class StoreManifest {
    private static final int BLANK_MAGIC = -875286124;

    public static void main(String[] args) throws Exception {
        System.out.println(String.join("\t", "log_offset", "size", "topic", "queue", "queue_offset",
            "offset_msg_id", "unique_key", "keys", "tags", "sys_flag", "flag", "store_timestamp",
            "reconsume_times", "prepared_offset", "body_bytes", "body_sha1"));
        boolean killed = args.length > 1 && args[1].equals("killed");
        List<Path> segments;
        try (Stream<Path> files = Files.list(Path.of(args[0], "commitlog"))) {
            segments = files.filter(f -> f.getFileName().toString().matches("\\d{20}")).sorted()
                .collect(Collectors.toList());
        }
        for (Path segment : segments) {
            ByteBuffer log = ByteBuffer.wrap(Files.readAllBytes(segment));
            while (log.remaining() >= 8) {
                int start = log.position();
                int size = log.getInt(start);
                if (size <= 0 || log.getInt(start + 4) == BLANK_MAGIC) {
                    break;
                }
                MessageExt message = size > log.remaining() ? null
                    : MessageDecoder.decode(log.slice(start, size), true, false, true, false, true);
                if (message == null) {
                    String torn = segment.getFileName() + " at " + start + ": no record of " + size
                        + " bytes, magic " + Integer.toHexString(log.getInt(start + 4));
                    if (!killed) {
                        throw new IllegalStateException(torn);
                    }
                    System.err.println("the log ends in a torn record: " + torn);
                    return;
                }
                print(message, size);
                log.position(start + size);
            }
        }
    }

    private static void print(MessageExt message, int size) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-1").digest(message.getBody());
        System.out.println(Stream.of(message.getCommitLogOffset(), size, message.getTopic(),
                message.getQueueId(), message.getQueueOffset(),
                ((MessageClientExt) message).getOffsetMsgId(), message.getProperty("UNIQ_KEY"),
                message.getKeys(), message.getTags(), message.getSysFlag(), message.getFlag(),
                message.getStoreTimestamp(), message.getReconsumeTimes(),
                message.getPreparedTransactionOffset(), message.getBody().length,
                HexFormat.of().formatHex(digest))
            .map(value -> value == null ? "" : value.toString())
            .collect(Collectors.joining("\t")));
    }
}
