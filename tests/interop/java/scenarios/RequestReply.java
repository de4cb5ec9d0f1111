import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.RequestTimeoutException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.RequestCallback;
import org.apache.rocketmq.client.utils.MessageUtil;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;

/** A producer's request is answered by a consumer; waiting for it, by callback, and not at all. */
final class RequestReply implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        DefaultMQProducer replier = env.producer();
        DefaultMQPushConsumer consumer = env.pushConsumer();
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(env.topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(m -> {
                String asked = new String(m.getBody(), StandardCharsets.UTF_8);
                if (asked.equals("say nothing")) {
                    return;
                }
                try {
                    Message reply = MessageUtil.createReplyMessage(m, ("re: " + asked).getBytes(StandardCharsets.UTF_8));
                    replier.send(reply, 10_000);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        DefaultMQProducer asker = env.producer();
        for (int i = 0; i < 5; i++) {
            Message reply = asker.request(question(env, "\u95ee\u9898 " + i), 20_000);
            Failure.unless(new String(reply.getBody(), StandardCharsets.UTF_8).equals("re: \u95ee\u9898 " + i),
                "reply %s", reply);
        }
        CountDownLatch called = new CountDownLatch(1);
        AtomicReference<String> answer = new AtomicReference<>();
        asker.request(question(env, "by callback"), new RequestCallback() {
            @Override
            public void onSuccess(Message message) {
                answer.set(new String(message.getBody(), StandardCharsets.UTF_8));
                called.countDown();
            }

            @Override
            public void onException(Throwable e) {
                answer.set(e.toString());
                called.countDown();
            }
        }, 20_000);
        Failure.unless(called.await(30, TimeUnit.SECONDS), "no callback");
        Failure.unless("re: by callback".equals(answer.get()), "callback with %s", answer.get());
        try {
            asker.request(question(env, "say nothing"), 2_000);
            throw new Failure("a reply that nobody sent");
        } catch (RequestTimeoutException expected) {
            // As it should be.
        }
    }

    private static Message question(Env env, String text) {
        return new Message(env.topic, text.getBytes(StandardCharsets.UTF_8));
    }
}
