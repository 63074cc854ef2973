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
    It 'are nowhere: not in verbose, debug, errors, contexts, files' {
        $folder = New-TestPath 'traces'
        $null = New-Item -ItemType Directory -Path $folder
        $result = Invoke-ChildShell -Environment @{ MGLICENSE_SETTINGS = $folder; TMPDIR = $folder; TEMP = $folder } -Script @"
`$ErrorActionPreference = "Stop"
Import-Module `$module
`$server = Start-MgLocalTenantServer -Path '$path' -Tls -Setting @{ signIn = @{ consent = 'approve'; user = 'ada@contoso.com' } }
`$ErrorActionPreference = "Continue"
`$common = @{ Environment = `$server.Environment; TenantId = `$server.TenantId }
`$form = @{ grant_type = 'client_credentials'; client_id = `$server.ClientId; scope = "`$(`$server.Uri)/.default"; client_secret = `$server.Credential.GetNetworkCredential().Password }
`$token = (Invoke-RestMethod -Method Post -Uri `$server.TokenEndpoint -Body `$form -SkipCertificateCheck).access_token
`$secrets = @(`$form.client_secret, `$token, `$token.Split('.')[-1], 'secret-canary')
`$DebugPreference = `$VerbosePreference = 'Continue'
`$told = & {
    Connect-MgGraph @common -ClientSecretCredential `$server.Credential
    Get-MgUser -Top 1 | Format-List * | Out-String
    Get-MgContext | ConvertTo-Json -Depth 4
    Connect-MgGraph -Environment `$server.Environment -AccessToken (ConvertTo-SecureString `$token -AsPlainText)
    Get-MgUser -Top 1 | Format-List * | Out-String
    Connect-MgGraph @common -Scopes User.Read.All -UseDeviceCode
    Get-MgUser -Top 1 | Format-List * | Out-String
    Connect-MgGraph @common -ClientSecretCredential ([pscredential]::new(`$server.ClientId, (ConvertTo-SecureString secret-canary -AsPlainText)))
} *>&1 | Out-String -Width 10000
`$told += `$Error | Format-List * -Force | Out-String -Width 10000
`$found = `$secrets.Where({ `$told.Contains(`$_) })
# .NET's own pipes lie in the same folder, and reading one waits for ever.
`$files = Get-ChildItem -Recurse -File '$folder' -Exclude 'clr-debug-pipe*', 'dotnet-diagnostic*', 'CoreFxPipe*' | Where-Object { `$text = [System.IO.File]::ReadAllText(`$_); `$secrets.Where({ `$text.Contains(`$_) }) }
"lines=`$(`$told.Split("``n").Count -gt 50) debug=`$(`$told -match 'HTTP') found=`$(`$found.Count) files=`$(@(`$files).Count)"
"@
        $result.Text | Should -Match 'lines=True debug=True found=0 files=0'
    }
}
