using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace MgLicense.Bench.Peers;

/// <summary>
/// A line with a round trip of so many milliseconds: half of it in each direction, and one before a new connection
/// carries anything, as the handshake of TCP takes. Counts the connections.
/// </summary>
internal static class Line
{
    private static int connections;

    /// <summary>Prints the port it listens on, and when its input ends how many connections were made.</summary>
    internal static async Task Run(int target, int roundTripMilliseconds)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        _ = Accept(listener, target, TimeSpan.FromMilliseconds(roundTripMilliseconds));
        await Console.In.ReadToEndAsync();
        Console.WriteLine(Volatile.Read(ref connections));
    }

    private static async Task Accept(TcpListener listener, int target, TimeSpan roundTrip)
    {
        while (true)
        {
            var client = await listener.AcceptSocketAsync();
            Interlocked.Increment(ref connections);
            _ = Carry(client, target, roundTrip);
        }
    }

    private static async Task Carry(Socket client, int target, TimeSpan roundTrip)
    {
        await Task.Delay(roundTrip);
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, target);
            await Task.WhenAll(Carry(client, server, roundTrip / 2), Carry(server, client, roundTrip / 2));
        }
    }

    /// <summary>Bytes leave as long after they came as the way takes, and in their order.</summary>
    private static async Task Carry(Socket from, Socket to, TimeSpan delay)
    {
        var way = Channel.CreateUnbounded<(byte[] Bytes, DateTime Due)>();
        var arriving = Task.Run(async () =>
        {
            var buffer = new byte[64 * 1024];
            try
            {
                int read;
                while ((read = await from.ReceiveAsync(buffer)) > 0)
                {
                    way.Writer.TryWrite((buffer[..read], DateTime.UtcNow + delay));
                }
            }
            catch (SocketException)
            {
                // One side broke off: so does the line.
            }

            way.Writer.Complete();
        });
        try
        {
            await foreach (var (bytes, due) in way.Reader.ReadAllAsync())
            {
                var wait = due - DateTime.UtcNow;
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait);
                }

                await to.SendAsync(bytes);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // As above.
        }

        await arriving;
    }
}
