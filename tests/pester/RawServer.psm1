# A web server of a few lines for what no proper server sends: half an answer, a page instead of JSON, silence. It listens
# on a free port of this machine and gives its answers in turn, to the byte; the last one is given again and again.

Set-StrictMode -Version 3.0
Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')

if (-not ('MgLicense.Tests.RawServer' -as [type])) {
    Add-Type -TypeDefinition @'
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace MgLicense.Tests
{
    public sealed class RawServer : IDisposable
    {
        private readonly TcpListener listener = new TcpListener(IPAddress.Loopback, 0);
        private readonly Queue<byte[]> answers;
        private readonly ConcurrentQueue<string> requests = new ConcurrentQueue<string>();
        private readonly bool closes;
        private byte[] last;

        // An answer of null is silence: the connection stays open and nothing comes.
        public RawServer(IEnumerable<byte[]> answers, bool closes)
        {
            this.answers = new Queue<byte[]>(answers);
            this.closes = closes;
            listener.Start();
            new Thread(Accept) { IsBackground = true }.Start();
        }

        public int Port { get { return ((IPEndPoint)listener.LocalEndpoint).Port; } }

        public string[] Requests { get { return requests.ToArray(); } }

        public void Add(byte[] answer) { lock (answers) { answers.Enqueue(answer); } }

        public void Dispose() { listener.Stop(); }

        private void Accept()
        {
            try
            {
                while (true)
                {
                    var client = listener.AcceptTcpClient();
                    new Thread(() => Serve(client)) { IsBackground = true }.Start();
                }
            }
            catch (SocketException)
            {
                // Disposed.
            }
        }

        private void Serve(TcpClient client)
        {
            try
            {
                using (client)
                {
                    string request;
                    while ((request = Read(client.GetStream())) != null)
                    {
                        requests.Enqueue(request);
                        byte[] answer;
                        lock (answers) { answer = answers.Count > 0 ? (last = answers.Dequeue()) : last; }
                        if (answer == null) { Thread.Sleep(Timeout.Infinite); }
                        client.GetStream().Write(answer, 0, answer.Length);
                        if (closes) { return; }
                    }
                }
            }
            catch (Exception e) when (e is System.IO.IOException || e is SocketException || e is ObjectDisposedException)
            {
                // The other side hung up.
            }
        }

        private static string Read(NetworkStream stream)
        {
            var text = new StringBuilder();
            var buffer = new byte[65536];
            while (true)
            {
                var read = stream.Read(buffer, 0, buffer.Length);
                if (read <= 0) { return null; }
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
                var whole = text.ToString();
                var end = whole.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (end < 0) { continue; }
                var length = System.Text.RegularExpressions.Regex.Match(whole.Substring(0, end), "(?im)^content-length: *([0-9]+)");
                if (!length.Success || whole.Length - end - 4 >= int.Parse(length.Groups[1].Value)) { return whole; }
            }
        }
    }
}
'@
}

# An answer to the byte: a status line, headers and a body. The length goes along unless the headers give one.
function New-RawAnswer {
    param(
        [string] $Status = '200 OK',
        [string] $Body = '',
        [System.Collections.IDictionary] $Headers = @{ 'content-type' = 'application/json' }
    )
    $bytes = [System.Text.Encoding]::UTF8.GetBytes($Body)
    $lines = @("HTTP/1.1 $Status")
    foreach ($name in $Headers.Keys) { $lines += "${name}: $($Headers[$name])" }
    if (-not ($Headers.Keys -match '^(content-length|transfer-encoding)$')) { $lines += "content-length: $($bytes.Length)" }
    $head = [System.Text.Encoding]::ASCII.GetBytes(($lines -join "`r`n") + "`r`n`r`n")
    # Wrapped, for a bare array of bytes would be taken for as many answers.
    [pscustomobject]@{ Bytes = [byte[]] ($head + $bytes) }
}

# Starts a server of these answers. -Close ends the connection after each.
function Start-RawServer {
    param([AllowNull()] [object[]] $Answer = @(), [switch] $Close)
    $list = [System.Collections.Generic.List[byte[]]]::new()
    foreach ($each in $Answer) { $list.Add(($null -eq $each ? $null : $each.Bytes)) }
    [MgLicense.Tests.RawServer]::new($list, $Close)
}

# Connects to such a server with a token, as an environment of its own.
function Connect-RawServer {
    param([Parameter(Mandatory)] $Server, [string] $Token = 'opaque-token')
    $name = "raw$($Server.Port)"
    $null = Add-MgEnvironment -Name $name -GraphEndpoint "http://127.0.0.1:$($Server.Port)" -AzureADEndpoint "http://127.0.0.1:$($Server.Port)"
    Connect-MgGraph -Environment $name -AccessToken (ConvertTo-SecureString $Token -AsPlainText -Force) -NoWelcome -ErrorAction Stop
}

Export-ModuleMember -Function New-RawAnswer, Start-RawServer, Connect-RawServer
