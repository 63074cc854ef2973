#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Field reports about signing in: tokens that die in long runs, and failures that nothing catches.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    # Without a fixed time: here it has to pass.
    $seed = Get-CompanySeed
    $seed.Remove('clock')
    $path = New-TestTenant -Seed $seed
}

Describe 'Report 85: the token dies after an hour' {
    BeforeAll {
        # A child, because a clock that runs faster is set for a whole process. 5 minutes at 50x are 6 seconds.
        function Get-Beginning {
            param([int] $TokenSeconds)
            @"
`$ErrorActionPreference = "Stop"
Import-Module `$module
`$server = Start-MgLocalTenantServer -Path '$path' -Setting @{ signIn = @{ tokenSeconds = $TokenSeconds } }
`$ErrorActionPreference = "Continue"
"@
        }
    }

    It 'it is renewed quietly: 60 s of life in a run of 5 minutes' -Tag 'Report85' {
        $result = Invoke-ChildShell -Environment @{ MGLICENSE_CLOCK = '50x' } -Script @"
$(Get-Beginning 60)
Connect-MgGraph -Environment `$server.Environment -TenantId `$server.TenantId -ClientSecretCredential `$server.Credential -NoWelcome -ErrorAction Stop
`$watch = [System.Diagnostics.Stopwatch]::StartNew()
`$calls = `$renewals = 0
while (`$watch.Elapsed.TotalSeconds * 50 -lt 300) {
    `$told = Get-MgUser -UserId ada@contoso.com -ErrorAction Stop -Verbose 4>&1
    `$renewals += @(`$told -match 'Renewing the sign-in').Count
    `$calls++
    Start-Sleep -Milliseconds 50
}
"calls=`$(`$calls -gt 5) renewals=`$(`$renewals -ge 3)"
"@
        $result.Text | Should -Match 'calls=True renewals=True'
        $result.ExitCode | Should -Be 0
    }

    It 'one that was given by hand ends with its time, clearly' -Tag 'Report85' {
        $result = Invoke-ChildShell -Environment @{ MGLICENSE_CLOCK = '50x' } -Script @"
$(Get-Beginning 500)
`$form = @{ grant_type = 'client_credentials'; client_id = `$server.ClientId; scope = "`$(`$server.Uri)/.default"; client_secret = `$server.Credential.GetNetworkCredential().Password }
`$token = (Invoke-RestMethod -Method Post -Uri `$server.TokenEndpoint -Body `$form).access_token
Connect-MgGraph -Environment `$server.Environment -AccessToken (ConvertTo-SecureString `$token -AsPlainText) -NoWelcome -ErrorAction Stop
(Get-MgUser -UserId ada@contoso.com).DisplayName
foreach (`$try in 1..200) {
    `$null = Get-MgUser -UserId ada@contoso.com -ErrorAction SilentlyContinue -ErrorVariable failed
    if (`$failed) { break } else { Start-Sleep -Milliseconds 200 }
}
"message=`$(`$failed[0].Exception.Message)"
"@
        $result.Text | Should -Match 'Ada Archer'
        # Ours, or the service's own, whichever clock is ahead.
        $result.Text | Should -Match 'message=(.*-AccessToken expired at \d{4}-\d\d-\d\dT|\[InvalidAuthenticationToken\] : .*token is expired)'
    }
}

Describe 'Report 97: a sign-in failure that nothing catches' {
    BeforeAll {
        $settings = $env:MGLICENSE_SETTINGS
        $env:MGLICENSE_SETTINGS = New-TestPath 'settings'
        # Listens, and never says a word.
        $silent = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $silent.Start()
        $address = "http://127.0.0.1:$($silent.LocalEndpoint.Port)"
        $null = Add-MgEnvironment -Name Silent -AzureADEndpoint $address -GraphEndpoint $address
        $credential = [pscredential]::new('app', (ConvertTo-SecureString s -AsPlainText))
    }

    AfterAll {
        $silent.Stop()
        $env:MGLICENSE_SETTINGS = $settings
    }

    It 'a service that never answers is given up in the time given, and catch is entered' -Tag 'Report97' {
        $before = (Get-MgRequestContext).ClientTimeout
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $caught = $null
        try {
            Connect-MgGraph -Environment Silent -TenantId contoso.com -ClientSecretCredential $credential -ClientTimeout 2 -ErrorAction Stop
        } catch {
            $caught = $_
        } finally {
            $null = Set-MgRequestContext -ClientTimeout $before.TotalSeconds
        }
        $caught | Should -Not -BeNullOrEmpty
        $caught.Exception.Message | Should -Match '2 s'
        # The limit is 2 s; a minute allows for any machine and is still far below the 300 s of a request.
        $watch.Elapsed.TotalSeconds | Should -BeGreaterOrEqual 2
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
        Get-MgContext | Should -BeNullOrEmpty
    }

    It 'without Stop the script goes on, with an error and nobody signed in' -Tag 'Report97' {
        $before = (Get-MgRequestContext).ClientTimeout
        try {
            $recorded = Invoke-Recorded {
                $result = Connect-MgGraph -Environment Silent -TenantId contoso.com -ClientSecretCredential $credential -ClientTimeout 1
                "next:$result"
            }
        } finally {
            $null = Set-MgRequestContext -ClientTimeout $before.TotalSeconds
        }
        $recorded.Output | Should -Be 'next:'
        $recorded.Errors | Should -HaveCount 1
        Get-MgContext | Should -BeNullOrEmpty
    }
}

Describe 'Secrets of a sign-in' {
    It 'are nowhere, whichever the way: not in verbose, debug, errors, contexts, files, journals, arguments of processes' {
        $folder = New-TestPath 'traces'
        $null = New-Item -ItemType Directory -Path $folder
        # Kept apart, for it holds what must not be found elsewhere.
        $pfx = New-TestPath 'app.pfx'
        $environment = @{
            MGLICENSE_SETTINGS = $folder; MGLICENSE_RUNS = $folder; TMPDIR = $folder; TEMP = $folder; TMP = $folder
            AZURE_CLIENT_CERTIFICATE_PASSWORD = 'pfx-canary'
        }
        $result = Invoke-ChildShell -Environment $environment -Script @"
`$ErrorActionPreference = 'Stop'
Import-Module `$module
`$rsa = [System.Security.Cryptography.RSA]::Create(2048)
`$request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=canary', `$rsa, 'SHA256', [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
`$certificate = `$request.CreateSelfSigned([datetimeoffset]::UtcNow.AddDays(-1), [datetimeoffset]::UtcNow.AddDays(30))
[System.IO.File]::WriteAllBytes('$pfx', `$certificate.Export('Pkcs12', 'pfx-canary'))
`$app = '11111111-2222-3333-4444-555555555555'
`$server = Start-MgLocalTenantServer -Path '$path' -Tls -Setting @{ signIn = @{
        consent = 'approve'; user = 'ada@contoso.com'; deviceCodeInterval = 1
        applications = @(@{ clientId = `$app; certificates = @(`$certificate.ExportCertificatePem()) })
    } }
`$ErrorActionPreference = 'Continue'
`$common = @{ Environment = `$server.Environment; TenantId = `$server.TenantId }
`$form = @{ grant_type = 'client_credentials'; client_id = `$server.ClientId; scope = "`$(`$server.Uri)/.default"; client_secret = `$server.Credential.GetNetworkCredential().Password }
`$token = (Invoke-RestMethod -Method Post -Uri `$server.TokenEndpoint -Body `$form -SkipCertificateCheck).access_token
`$private = [Convert]::ToBase64String(`$rsa.ExportRSAPrivateKey())
`$secrets = @(`$form.client_secret, `$token, `$token.Split('.')[-1], 'secret-canary', 'password-canary', 'pfx-canary', `$private.Substring(100, 60))
# A token of any other sign-in has the form of one.
`$jwt = 'eyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.'

# The arguments of this process and of all that it starts, as long as it signs in.
`$lines = [System.Collections.Concurrent.ConcurrentDictionary[string, bool]]::new()
`$end = [System.Threading.ManualResetEventSlim]::new()
`$watch = [powershell]::Create().AddScript({
        param(`$lines, `$end, `$own)
        while (-not `$end.Wait(2)) {
            `$queue = [System.Collections.Generic.Queue[int]]::new()
            `$queue.Enqueue(`$own)
            while (`$queue.Count) {
                `$id = `$queue.Dequeue()
                try {
                    `$null = `$lines.TryAdd([System.IO.File]::ReadAllText("/proc/`$id/cmdline"), `$true)
                    foreach (`$task in [System.IO.Directory]::GetDirectories("/proc/`$id/task")) {
                        foreach (`$child in [System.IO.File]::ReadAllText("`$task/children").Split(' ', [System.StringSplitOptions]::RemoveEmptyEntries)) { `$queue.Enqueue([int] `$child) }
                    }
                } catch { }
            }
        }
    }).AddArgument(`$lines).AddArgument(`$end).AddArgument(`$PID)
`$watching = if (`$IsLinux) { `$watch.BeginInvoke() }
`$null = `$lines.TryAdd([System.Environment]::CommandLine, `$true)

# A browser that goes where it is sent, and tells with what arguments it was started.
`$browser = Join-Path '$folder' 'browser.sh'
Set-Content -Path `$browser -Value '#!/bin/sh', 'printf "%s\n" "`$@" > "$folder/browser-was-started-with"', 'sleep 0.1', 'exec curl --silent --location --insecure --noproxy "*" --output /dev/null "`$1"'
if (-not `$IsWindows) { [System.IO.File]::SetUnixFileMode(`$browser, 'UserRead, UserWrite, UserExecute') }
`$env:BROWSER = `$browser

`$DebugPreference = `$VerbosePreference = 'Continue'
`$ways = 0
`$told = & {
    foreach (`$way in @(
            { Connect-MgGraph @common -ClientSecretCredential `$server.Credential }
            { Connect-MgGraph @common -ClientId `$app -Certificate `$certificate }
            { Connect-MgGraph -Environment `$server.Environment -AccessToken (ConvertTo-SecureString `$token -AsPlainText) }
            {
                `$env:AZURE_CLIENT_ID, `$env:AZURE_TENANT_ID, `$env:AZURE_CLIENT_SECRET = `$server.ClientId, `$server.TenantId, `$form.client_secret
                Connect-MgGraph -EnvironmentVariable -Environment `$server.Environment
                `$env:AZURE_CLIENT_SECRET = `$null
            }
            {
                `$env:AZURE_CLIENT_ID, `$env:AZURE_CLIENT_CERTIFICATE_PATH = `$app, '$pfx'
                Connect-MgGraph -EnvironmentVariable -Environment `$server.Environment
            }
            { Connect-MgGraph @common -Scopes User.ReadWrite.All, LicenseAssignment.ReadWrite.All -UseDeviceCode }
            { Connect-MgGraph @common -Scopes User.ReadWrite.All, LicenseAssignment.ReadWrite.All, Organization.Read.All }
        )) {
        & `$way
        if (Get-MgUser -UserId ada@contoso.com) { `$script:ways++ }
        Get-MgContext | ConvertTo-Json -Depth 4
        Get-MgContext | Format-List * -Force | Out-String
    }
    New-MgUser -AccountEnabled -DisplayName New -MailNickname new -UserPrincipalName new@contoso.com -UsageLocation GB -PasswordProfile @{ Password = 'password-canary' }
    'new@contoso.com', 'ada@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE
    Connect-MgGraph @common -ClientSecretCredential ([pscredential]::new(`$server.ClientId, (ConvertTo-SecureString secret-canary -AsPlainText)))
} *>&1 | Out-String -Width 10000
`$told += `$Error | Where-Object { `$_.TargetObject -isnot [System.Collections.IDictionary] } | Format-List * -Force | Out-String -Width 10000
`$end.Set()
if (`$watching) { `$null = `$watch.EndInvoke(`$watching) }
`$has = { param(`$text) `$secrets.Where({ `$text.Contains(`$_) }).Count -gt 0 -or `$text -match `$jwt }
# .NET's own pipes lie in the same folder, and reading one waits for ever.
`$files = @(Get-ChildItem -Recurse -File '$folder' -Exclude 'clr-debug-pipe*', 'dotnet-diagnostic*', 'CoreFxPipe*')
`$bad = `$files.Where({ & `$has ([System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes(`$_.FullName))) }).Name
`$arguments = `$lines.Keys -join "``n"
"ways=`$ways lines=`$(`$told.Split("``n").Count -gt 100) debug=`$(`$told -match 'HTTP REQUEST') browser=`$(`$arguments -match 'browser\.sh' -or -not `$IsLinux) journal=`$(`$files.Count -gt 1)"
"told=`$(& `$has `$told) files=`$(`$bad -join ',') arguments=`$(& `$has `$arguments)"
"@
        $result.Text | Should -Match 'ways=7 lines=True debug=True browser=True journal=True'
        $result.Text | Should -Match 'told=False files= arguments=False'
    }
}
