// SPDX-License-Identifier: MIT
// Blocking sockets of both kinds, and a close while another thread reads.
import java.io.*;
import java.net.*;
import java.nio.ByteBuffer;
import java.nio.channels.*;

public class Session {
	static String read(InputStream in) {
		try {
			return "read " + in.read();
		} catch (IOException e) {
			return e.getClass().getSimpleName() + ": " + e.getMessage();
		}
	}

	public static void main(String[] args) throws Exception {
		ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
		Socket client = new Socket("127.0.0.1", server.getLocalPort()), peer = server.accept();
		client.getOutputStream().write("hello".getBytes());
		System.out.println(new String(peer.getInputStream().readNBytes(5)));
		String[] result = new String[1];
		Thread reader = new Thread(() -> {
			try {
				result[0] = read(client.getInputStream());
			} catch (IOException e) {
				result[0] = "no stream";
			}
		});
		reader.start();
		while (reader.getState() == Thread.State.NEW)
			Thread.yield();
		Thread.sleep(200);
		client.close();
		reader.join();
		System.out.println(result[0]);
		System.out.println(read(peer.getInputStream()));
		SocketChannel channel = SocketChannel.open(server.getLocalSocketAddress());
		Socket other = server.accept();
		System.out.println(channel.write(ByteBuffer.allocate(1000)));
		System.out.println(other.getInputStream().readNBytes(1000).length);
		other.setSoLinger(true, 0);
		other.close();
		System.out.println(read(Channels.newInputStream(channel)));
		Process p = new ProcessBuilder("cat").start();
		p.getOutputStream().write("child".getBytes());
		p.getOutputStream().close();
		System.out.println(new String(p.getInputStream().readAllBytes()) + p.waitFor());
	}
}
