import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;

/** Many requests in flight on one connection. */
final class SendAsync implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        DefaultMQProducer producer = env.producer();
        int count = 1000;
        CountDownLatch answers = new CountDownLatch(count);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Semaphore inFlight = new Semaphore(128);
        for (int i = 0; i < count; i++) {
            Message message = env.message(i);
            env.ledger.sent(message);
            inFlight.acquire();
            producer.send(message, new SendCallback() {
                @Override
                public void onSuccess(SendResult result) {
                    try {
                        env.ledger.acknowledged(message, result);
                    } catch (Failure e) {
                        failure.set(e);
                    }
                    done();
                }

                @Override
                public void onException(Throwable e) {
                    failure.set(e);
                    done();
                }

                private void done() {
                    inFlight.release();
                    answers.countDown();
                }
            });
        }
        Failure.unless(answers.await(20, TimeUnit.SECONDS), "%d sends unanswered", answers.getCount());
        Failure.unless(failure.get() == null, "a send failed: %s", failure.get());
        env.consumeAndCheck();
    }
}
