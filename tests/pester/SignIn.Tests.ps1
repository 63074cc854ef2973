#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Every way to sign in that a served tenant and stand-ins for a platform can answer, through Connect-MgGraph itself.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule

    $before = $env:MGLICENSE_SETTINGS
    $settings = New-TestPath 'settings'
    $env:MGLICENSE_SETTINGS = $settings
    $tenantId = '0a5f3d21-6b1c-4c55-9d7e-2b8e4f6a9c10'
    $path = New-TestTenant -Seed (Get-CompanySeed)
    $server = Start-MgLocalTenantServer -Path $path -Tls -Setting @{ signIn = @{ consent = 'approve'; user = 'ada@contoso.com' } }
    $common = @{ Environment = $server.Environment; TenantId = $tenantId }
    $byClass = 'Microsoft.Graph.PowerShell.Authentication.Cmdlets.ConnectMgGraph'

    function New-Credential {
        param([string] $ClientId = $server.ClientId, [string] $Secret)
        [pscredential]::new($ClientId, (ConvertTo-SecureString $Secret -AsPlainText))
    }

    # The one error of a sign-in that fails, which leaves nobody connected.
    function Get-SignInError {
        param([scriptblock] $Block)
        Connect-MgGraph @common -ClientSecretCredential $server.Credential -NoWelcome
        $recorded = Invoke-Recorded $Block
        $recorded.Thrown | Should -BeNullOrEmpty
        $recorded.Errors | Should -HaveCount 1
        $recorded.Output | Should -HaveCount 0
        Get-MgContext | Should -BeNullOrEmpty
        $recorded.Errors[0]
    }

    # A token of the served tenant, as somebody else would get it.
    function Get-ServedToken {
        $form = @{
            grant_type = 'client_credentials'; client_id = $server.ClientId; scope = "$($server.Uri)/.default"
            client_secret = $server.Credential.GetNetworkCredential().Password
        }
        (Invoke-RestMethod -Method Post -Uri $server.TokenEndpoint -Body $form -SkipCertificateCheck).access_token
    }

    # A service on loopback that answers every request with what a block makes of it, and keeps what it was asked.
    function Start-StandIn {
        param([Parameter(Mandatory)] [scriptblock] $Answer, [hashtable] $With = @{})
        $probe = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $probe.Start()
        $port = $probe.LocalEndpoint.Port
        $probe.Stop()
        $listener = [System.Net.HttpListener]::new()
        $listener.Prefixes.Add("http://127.0.0.1:$port/")
        $listener.Start()
        $asked = [System.Collections.Concurrent.ConcurrentQueue[object]]::new()
        $shell = [powershell]::Create()
        $null = $shell.AddScript({
                param($listener, $asked, $answer, $with)
                $make = [scriptblock]::Create($answer)
                while ($listener.IsListening) {
                    try { $context = $listener.GetContext() } catch { break }
                    $request = $context.Request
                    $asked.Enqueue([pscustomobject]@{ Url = $request.RawUrl; Headers = $request.Headers })
                    $status, $body = & $make $request $with
                    $context.Response.StatusCode = $status
                    $context.Response.ContentType = 'application/json'
                    $bytes = [System.Text.Encoding]::UTF8.GetBytes($body)
                    $context.Response.OutputStream.Write($bytes)
                    $context.Response.Close()
                }
            }).AddArgument($listener).AddArgument($asked).AddArgument("$Answer").AddArgument($With)
        $running = $shell.BeginInvoke()
        [pscustomobject]@{ Uri = "http://127.0.0.1:$port"; Asked = $asked; Listener = $listener; Shell = $shell; Running = $running }
    }

    function Stop-StandIn {
        param($StandIn)
        $StandIn.Listener.Stop()
        $null = $StandIn.Shell.EndInvoke($StandIn.Running)
        $StandIn.Shell.Dispose()
    }
}

AfterAll {
    Disconnect-TestTenant
    Stop-MgLocalTenantServer $server
    $env:MGLICENSE_SETTINGS = $before
}

Describe 'Signing in as an application' {
    AfterEach { Disconnect-TestTenant }

    It 'takes a client secret, and shows what the SDK shows' {
        $recorded = Invoke-Recorded { Connect-MgGraph @common -ClientSecretCredential $server.Credential }
        $recorded.Errors | Should -HaveCount 0
        $recorded.Output[0] | Should -BeExactly 'Welcome to Microsoft Graph!'
        $recorded.Output | Should -Contain "Connected via apponly access using $($server.ClientId)"
        (Get-MgUser -UserId ada@contoso.com).DisplayName | Should -Be 'Ada Archer'
        $context = Get-MgContext
        $context.ClientId | Should -Be $server.ClientId
        $context.TenantId | Should -Be $tenantId
        $context.AuthType | Should -Be 'AppOnly'
        $context.TokenCredentialType | Should -Be 'ClientSecret'
        $context.ContextScope | Should -Be 'Process'
        $context.Environment | Should -Be $server.Environment
        $context.Account | Should -BeNullOrEmpty
        $context.ClientSecret | Should -BeNullOrEmpty
        $context.Scopes | Should -Contain 'User.ReadWrite.All'
    }

    It 'takes what the environment variables of Azure say' {
        $env:AZURE_CLIENT_ID = $server.ClientId
        $env:AZURE_TENANT_ID = $tenantId
        $env:AZURE_CLIENT_SECRET = $server.Credential.GetNetworkCredential().Password
        try {
            Connect-MgGraph -EnvironmentVariable -Environment $server.Environment -NoWelcome -ErrorAction Stop
            $context = Get-MgContext
            $context.AuthType | Should -Be 'EnvironmentVariable'
            $context.TokenCredentialType | Should -Be 'EnvironmentVariable'
            $context.ClientId | Should -Be $server.ClientId
            (Get-MgUser -Top 1) | Should -Not -BeNullOrEmpty

            $env:AZURE_TENANT_ID = $null
            $message = (Get-SignInError { Connect-MgGraph -EnvironmentVariable -Environment $server.Environment }).Exception.Message
            $message | Should -Match 'AZURE_TENANT_ID'

            $env:AZURE_TENANT_ID = $tenantId
            $env:AZURE_CLIENT_SECRET = $null
            $env:AZURE_CLIENT_CERTIFICATE_PATH = New-TestPath 'absent.pfx'
            $message = (Get-SignInError { Connect-MgGraph -EnvironmentVariable -Environment $server.Environment }).Exception.Message
            $message | Should -Match 'absent\.pfx' -Because 'a wrong certificate path is named'
        } finally {
            foreach ($name in 'CLIENT_ID', 'TENANT_ID', 'CLIENT_SECRET', 'CLIENT_CERTIFICATE_PATH') { [System.Environment]::SetEnvironmentVariable("AZURE_$name", $null) }
        }
    }

    Context 'with a certificate' {
        BeforeAll {
            $rsa = [System.Security.Cryptography.RSA]::Create(2048)
            $asked = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new(
                'CN=mglicense app', $rsa, [System.Security.Cryptography.HashAlgorithmName]::SHA256, [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
            $certificate = $asked.CreateSelfSigned([datetimeoffset]::UtcNow.AddDays(-1), [datetimeoffset]::UtcNow.AddDays(30))
            $other = $asked.CreateSelfSigned([datetimeoffset]::UtcNow.AddDays(-2), [datetimeoffset]::UtcNow.AddDays(30))
            $application = '11111111-2222-3333-4444-555555555555'
            $file = New-TestTenant -Seed (Get-CompanySeed)
            $strict = Start-MgLocalTenantServer -Path $file -Tls -Setting @{ signIn = @{
                    tokenSeconds = 60; assertionReuse = 'refuse'
                    applications = @(@{ clientId = $application; displayName = 'By certificate'; certificates = @($certificate.ExportCertificatePem()); roles = @('User.Read.All') })
                }
            }
            $there = @{ Environment = $strict.Environment; TenantId = $strict.TenantId; ClientId = $application }
        }

        AfterAll { Stop-MgLocalTenantServer $strict }

        It 'is signed for by its key, and may do what the application may' {
            Connect-MgGraph @there -Certificate $certificate -NoWelcome -ErrorAction Stop
            $context = Get-MgContext
            $context.AuthType | Should -Be 'AppOnly'
            $context.TokenCredentialType | Should -Be 'ClientCertificate'
            $context.Scopes | Should -Be 'User.Read.All'
            (Get-MgUser -UserId ada@contoso.com).DisplayName | Should -Be 'Ada Archer'
            (Invoke-Recorded { Get-MgGroup }).Errors[0].Exception.Message | Should -Match 'Authorization_RequestDenied'
        }

        It 'is found by its thumbprint and by its subject in the store' {
            # The store of a user of its own, where it is a folder; elsewhere what is put in is taken out.
            $folder = New-TestPath 'home'
            $null = New-Item -ItemType Directory -Path $folder
            $pfx = Join-Path $folder 'app.pfx'
            [System.IO.File]::WriteAllBytes($pfx, $certificate.Export('Pkcs12'))
            $child = Invoke-ChildShell -Environment @{ HOME = $folder; MGLICENSE_SETTINGS = $folder } -Script @"
`$ErrorActionPreference = 'Stop'
Import-Module `$module
`$null = Add-MgEnvironment -Name There -AzureADEndpoint $($strict.Uri) -GraphEndpoint $($strict.Uri) -CertificateAuthorityPath '$($strict.CertificatePath)'
`$there = @{ Environment = 'There'; TenantId = '$($strict.TenantId)'; ClientId = '$application'; NoWelcome = `$true }
`$store = [System.Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser')
`$store.Open('ReadWrite')
`$kept = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new('$pfx', '', 'Exportable, PersistKeySet')
`$store.Add(`$kept)
try {
    Connect-MgGraph @there -CertificateThumbprint $($certificate.Thumbprint)
    (Get-MgUser -UserId ada@contoso.com).DisplayName
    Connect-MgGraph @there -CertificateSubjectName 'CN=mglicense app'
    (Get-MgUser -UserId bob@contoso.com).DisplayName
} finally {
    `$store.Remove(`$kept)
}
"@
            $child.Output.Trim() -split '\r?\n' | Should -Be 'Ada Archer', 'Bob Baker' -Because $child.Text
        }

        It 'is taken all the same where a clock is off by an hour: <Skew> s' -ForEach @{ Skew = 3600 }, @{ Skew = -3600 } {
            # Without a fixed time, so that the answers of the service tell its own.
            $seed = Get-CompanySeed
            $seed.Remove('clock')
            $wrong = Start-MgLocalTenantServer -Path (New-TestTenant -Seed $seed) -Tls -Setting @{
                clockSkewSeconds = $Skew
                signIn           = @{ applications = @(@{ clientId = $application; certificates = @($certificate.ExportCertificatePem()) }) }
            }
            try {
                $recorded = Invoke-Recorded { Connect-MgGraph -Environment $wrong.Environment -TenantId $wrong.TenantId -ClientId $application -Certificate $certificate -NoWelcome }
                $recorded.Errors | Should -BeNullOrEmpty
                $recorded.Warnings | Should -Match 'clock'
                (Get-MgUser -UserId ada@contoso.com).DisplayName | Should -Be 'Ada Archer'
            } finally {
                Disconnect-TestTenant
                Stop-MgLocalTenantServer $wrong
            }
        }

        It 'that the application does not have is refused with what to do' {
            $record = Get-SignInError { Connect-MgGraph @there -Certificate $other }
            $record.Exception.Message | Should -Match 'AADSTS700027'
            $record.Exception.Message | Should -Match "Upload this certificate's public part"
        }
    }

    It 'takes an access token, and tells what the token tells' {
        Connect-MgGraph -AccessToken (ConvertTo-SecureString (Get-ServedToken) -AsPlainText) -Environment $server.Environment -NoWelcome -ErrorAction Stop
        $context = Get-MgContext
        $context.AuthType | Should -Be 'UserProvidedAccessToken'
        $context.TokenCredentialType | Should -Be 'UserProvidedAccessToken'
        $context.TenantId | Should -Be $tenantId
        $context.ContextScope | Should -Be 'Process'
        (Get-MgUser -Top 1) | Should -Not -BeNullOrEmpty
    }

    It 'warns that an explicit -ContextScope CurrentUser keeps nothing for an application' {
        $recorded = Invoke-Recorded { Connect-MgGraph @common -ClientSecretCredential $server.Credential -ContextScope CurrentUser -NoWelcome }
        $recorded.Warnings | Should -HaveCount 1
        $recorded.Warnings[0] | Should -Match 'CurrentUser'
        (Get-MgContext).ContextScope | Should -Be 'Process'
    }
}

Describe 'A sign-in that fails' {
    It 'says what is wrong and what to do: <Name>' -ForEach @(
        @{ Name = 'a wrong secret'; Code = 'AADSTS7000215'; Says = 'secret'; Call = { Connect-MgGraph @common -ClientSecretCredential (New-Credential -Secret wrong) } }
        @{ Name = 'an unknown tenant'; Code = 'AADSTS90002'; Says = "'fabrikam.example'"
            Call = { Connect-MgGraph -Environment $server.Environment -TenantId fabrikam.example -ClientSecretCredential $server.Credential }
        }
        @{ Name = 'an unknown application'; Code = 'AADSTS700016'; Says = '00000000-0000-4000-8000-00000000000f'
            Call = { Connect-MgGraph @common -ClientSecretCredential (New-Credential -ClientId 00000000-0000-4000-8000-00000000000f -Secret x) }
        }
    ) {
        $record = Get-SignInError $Call
        $record.FullyQualifiedErrorId | Should -BeExactly $byClass
        $record.CategoryInfo.Category | Should -Be 'NotSpecified'
        $record.Exception.Message | Should -Match $Code
        $record.Exception.Message | Should -Match ([regex]::Escape($Says))
        $record.Exception.Message | Should -Match '\. [A-Z].*\.$' -Because 'a sentence on what to do follows the one on what happened'
        $record.Exception.Message | Should -Not -Match 'Trace ID'
    }

    It 'names the host that cannot be reached' {
        $probe = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $probe.Start()
        $address = "https://127.0.0.1:$($probe.LocalEndpoint.Port)"
        $probe.Stop()
        $null = Add-MgEnvironment -Name Nobody -AzureADEndpoint $address -GraphEndpoint $address
        $record = Get-SignInError { Connect-MgGraph -Environment Nobody -TenantId $tenantId -ClientSecretCredential $server.Credential }
        $record.Exception.Message | Should -Match ([regex]::Escape($address.Substring(8)))
        $record.FullyQualifiedErrorId | Should -BeExactly $byClass
    }

    It 'is refused before a byte is sent where the address is not encrypted' {
        $null = Add-MgEnvironment -Name Plain -AzureADEndpoint http://login.invalid -GraphEndpoint https://graph.invalid
        $record = Get-SignInError { Connect-MgGraph -Environment Plain -TenantId $tenantId -ClientSecretCredential $server.Credential }
        $record.Exception.Message | Should -Match 'not encrypted'
        $null = Set-MgEnvironment -Name Plain -AzureADEndpoint https://login.invalid -GraphEndpoint http://graph.invalid
        $record = Get-SignInError { Connect-MgGraph -Environment Plain -TenantId $tenantId -ClientSecretCredential $server.Credential }
        $record.Exception.Message | Should -Match 'not encrypted'
    }

    It 'trusts no certificate that it was not told to trust' {
        $null = Add-MgEnvironment -Name Untrusted -AzureADEndpoint $server.Uri -GraphEndpoint $server.Uri
        $record = Get-SignInError { Connect-MgGraph -Environment Untrusted -TenantId $tenantId -ClientSecretCredential $server.Credential }
        $record.Exception.Message | Should -Match 'certificate'
    }

    It 'names a certificate that is not there, expired, or without its key' {
        $absent = 'B' * 40
        (Get-SignInError { Connect-MgGraph @common -ClientId app -CertificateThumbprint $absent }).Exception.Message | Should -Match $absent
        (Get-SignInError { Connect-MgGraph @common -ClientId app -CertificateSubjectName 'CN=mglicense absent' }).Exception.Message | Should -Match 'mglicense absent'

        $rsa = [System.Security.Cryptography.RSA]::Create(2048)
        $asked = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new(
            'CN=mglicense expired', $rsa, [System.Security.Cryptography.HashAlgorithmName]::SHA256, [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $expired = $asked.CreateSelfSigned([datetimeoffset]::UtcNow.AddDays(-30), [datetimeoffset]::UtcNow.AddDays(-1))
        $message = (Get-SignInError { Connect-MgGraph @common -ClientId app -Certificate $expired }).Exception.Message
        $message | Should -Match 'mglicense expired.* expired at'

        $public = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($expired.RawData)
        (Get-SignInError { Connect-MgGraph @common -ClientId app -Certificate $public }).Exception.Message | Should -Match 'no private key'
    }
}

Describe 'Signing in as a person' {
    AfterEach { Disconnect-TestTenant }

    It 'shows a code on the host, and the granted permissions afterwards' {
        $shown = @()
        $recorded = Invoke-Recorded { Connect-MgGraph @common -Scopes 'User.Read.All, Group.Read.All' -UseDeviceCode -NoWelcome -InformationVariable +script:shown }
        $recorded.Errors | Should -HaveCount 0
        $recorded.Output | Should -HaveCount 0 -Because 'a code that is written to the pipeline is lost in Out-Null'
        "$script:shown" | Should -Match 'deviceauth'
        $context = Get-MgContext
        $context.AuthType | Should -Be 'Delegated'
        $context.TokenCredentialType | Should -Be 'DeviceCode'
        $context.Account | Should -Be 'ada@contoso.com'
        $context.ClientId | Should -Be '14d82eec-204b-4c2f-b7e8-296a70dab67e'
        $context.AppName | Should -Be 'Microsoft Graph Command Line Tools'
        $context.Scopes -contains 'User.Read.All' | Should -BeTrue
        $context.Scopes -contains 'Group.Read.All' | Should -BeTrue
        (Get-MgUser -UserId bob@contoso.com).DisplayName | Should -Be 'Bob Baker'
    }

    It 'opens the browser, takes its return, and answers it with a page' {
        # A program that does as a browser does: follows the service back to this machine, and keeps the page.
        $page = New-TestPath 'page.html'
        $script = New-TestPath 'browser.ps1'
        Set-Content -Path $script -Value "param(`$Address) (Invoke-WebRequest -Uri `$Address -SkipCertificateCheck -AllowInsecureRedirect).Content | Set-Content -Path '$page'"
        $shell = (Get-ShellCommand).ForEach({ "`"$_`"" }) -join ' '
        if ($IsWindows) {
            $browser = New-TestPath 'browser.cmd'
            Set-Content -Path $browser -Value "@$shell -NoProfile -NonInteractive -File `"$script`" %1"
        } else {
            $browser = New-TestPath 'browser.sh'
            Set-Content -Path $browser -Value "#!/bin/sh`nexec $shell -NoProfile -NonInteractive -File '$script' `"`$1`""
            [System.IO.File]::SetUnixFileMode($browser, 'UserRead, UserWrite, UserExecute')
        }
        $env:BROWSER = $browser
        try {
            Connect-MgGraph @common -Scopes User.Read.All -NoWelcome -ErrorAction Stop
        } finally {
            $env:BROWSER = $null
        }
        $context = Get-MgContext
        $context.TokenCredentialType | Should -Be 'InteractiveBrowser'
        $context.Account | Should -Be 'ada@contoso.com'
        (Get-MgUser -UserId bob@contoso.com).DisplayName | Should -Be 'Bob Baker'
        foreach ($try in 1..100) { if (Test-Path $page) { break } else { Start-Sleep -Milliseconds 100 } }
        Get-Content -Raw $page | Should -Match 'You are signed in'
    }

    It 'uses a code where no browser opens, and says so' {
        $env:BROWSER = New-TestPath 'no-such-program'
        try {
            $recorded = Invoke-Recorded { Connect-MgGraph @common -Scopes User.Read.All -NoWelcome }
        } finally {
            $env:BROWSER = $null
        }
        $recorded.Errors | Should -HaveCount 0
        $recorded.Warnings | Should -HaveCount 1
        $recorded.Warnings[0] | Should -Match 'browser'
        (Get-MgContext).Account | Should -Be 'ada@contoso.com'
    }

    It 'keeps nothing outside of the process where the platform has no store, and says so only if asked to' {
        $recorded = Invoke-Recorded { Connect-MgGraph @common -Scopes User.Read.All -UseDeviceCode -NoWelcome }
        $recorded.Warnings | Should -HaveCount 0
        if (-not $IsWindows) {
            (Get-MgContext).ContextScope | Should -Be 'Process'
            $recorded = Invoke-Recorded { Connect-MgGraph @common -Scopes User.Read.All -UseDeviceCode -ContextScope CurrentUser -NoWelcome }
            $recorded.Warnings | Should -HaveCount 1
            $recorded.Warnings[0] | Should -Match 'CurrentUser'
        }
    }
}

Describe 'Signing in as a machine, with stand-ins for the platform' {
    BeforeAll {
        $token = Get-ServedToken
        $grant = { param($request, $with) 200, (@{ access_token = $with.Token; expires_in = '3599'; expires_on = '0'; token_type = 'Bearer' } | ConvertTo-Json) }
    }

    AfterEach {
        foreach ($name in 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'AZURE_POD_IDENTITY_AUTHORITY_HOST') { [System.Environment]::SetEnvironmentVariable($name, $null) }
        Disconnect-TestTenant
    }

    It 'asks the metadata service of a virtual machine' {
        $standIn = Start-StandIn -Answer $grant -With @{ Token = $token }
        try {
            $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $standIn.Uri
            Connect-MgGraph -Identity -ClientId c-9 -Environment $server.Environment -NoWelcome -ErrorAction Stop
            (Get-MgUser -Top 1) | Should -Not -BeNullOrEmpty
            $asked = @($standIn.Asked)[0]
            $asked.Url | Should -Be "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=$([uri]::EscapeDataString($server.Uri))&client_id=c-9"
            $asked.Headers['Metadata'] | Should -Be 'true'
            $context = Get-MgContext
            $context.AuthType | Should -Be 'ManagedIdentity'
            $context.TokenCredentialType | Should -Be 'ManagedIdentity'
            $context.ManagedIdentityId | Should -Be 'c-9'
        } finally {
            Stop-StandIn $standIn
        }
    }

    It 'asks App Service with the header that it set' {
        $standIn = Start-StandIn -Answer $grant -With @{ Token = $token }
        try {
            $env:IDENTITY_ENDPOINT = "$($standIn.Uri)/msi/token"
            $env:IDENTITY_HEADER = 'header-canary'
            $recorded = Invoke-Recorded { Connect-MgGraph -Identity -Environment $server.Environment -NoWelcome -Verbose 4>&1 }
            $recorded.Errors | Should -HaveCount 0
            @($standIn.Asked)[0].Headers['X-IDENTITY-HEADER'] | Should -Be 'header-canary'
            @($standIn.Asked)[0].Url | Should -BeLike '/msi/token?api-version=2019-08-01&resource=*'
            "$($recorded.Output)" | Should -Not -Match 'header-canary'
        } finally {
            Stop-StandIn $standIn
        }
    }

    It 'says what the platform says where it gives none' {
        $standIn = Start-StandIn -Answer { 400, '{"error":"invalid_request","error_description":"Identity not found"}' }
        try {
            $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $standIn.Uri
            (Get-SignInError { Connect-MgGraph -Identity -Environment $server.Environment }).Exception.Message | Should -Match 'Identity not found'
        } finally {
            Stop-StandIn $standIn
        }
    }
}

Describe 'More than one connection' {
    BeforeAll {
        $otherPath = New-TestTenant -Seed @{
            organization = @{ id = '0a5f3d21-0000-4000-8000-0000000000ff'; displayName = 'Fabrikam' }
            domains      = @(@{ id = 'fabrikam.com'; isDefault = $true; isInitial = $true })
            users        = @(@{ userPrincipalName = 'zoe@fabrikam.com'; displayName = 'Zoe' })
        }
    }

    AfterEach { Disconnect-TestTenant }

    It '-PassThru writes a context, and no banner, that outlives being the default' {
        $first = Connect-MgGraph @common -ClientSecretCredential $server.Credential -PassThru
        $second = Connect-MgGraph -LocalTenant $otherPath -PassThru
        try {
            @($first).Count | Should -Be 1
            $first.TenantId | Should -Be $tenantId
            (Get-MgContext).TenantId | Should -Be $second.TenantId
            (Get-MgUser -UserId ada@contoso.com -Context $first).DisplayName | Should -Be 'Ada Archer'
            (Get-MgUser -Context $second).DisplayName | Should -Be 'Zoe'
            (Get-MgUser).DisplayName | Should -Be 'Zoe'
            (Invoke-MgGraphRequest -Uri v1.0/organization -Context $first).value[0].displayName | Should -Be 'Contoso'
            (Test-MgUserLicense -UserId ada@contoso.com -AddLicenses SPE_E5 -Context $first).WillSucceed | Should -BeTrue
        } finally {
            (Disconnect-MgGraph -Context $first).TenantId | Should -Be $tenantId
        }
        (Get-MgContext).TenantId | Should -Be $second.TenantId -Because 'only the named connection is closed'
        $recorded = Invoke-Recorded { Get-MgUser -Context $first }
        $recorded.Errors[0].Exception.Message | Should -BeExactly 'Authentication needed. Please call Connect-MgGraph.'
        (Invoke-Recorded { Disconnect-MgGraph -Context $first }).Errors | Should -HaveCount 1
    }

    It 'a running command keeps the connection it began with' {
        Connect-MgGraph @common -ClientSecretCredential $server.Credential -NoWelcome
        $names = Get-MgUser -All -PageSize 1 | ForEach-Object {
            Connect-MgGraph -LocalTenant $otherPath -NoWelcome
            $_.DisplayName
        }
        $names | Should -HaveCount 6
        $names | Should -Contain 'Ada Archer'
        (Get-MgUser).DisplayName | Should -Be 'Zoe'
    }

    It 'runspaces share the default, and one renewal' {
        Connect-MgGraph @common -ClientSecretCredential $server.Credential -NoWelcome
        $module = Get-TestModulePath
        $found = 1..4 | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:module
            (Get-MgUser -UserId ada@contoso.com).DisplayName
        }
        $found | Should -Be @('Ada Archer', 'Ada Archer', 'Ada Archer', 'Ada Archer')
    }
}

Describe 'Environments' {
    AfterEach { Get-MgEnvironment | Where-Object Type -EQ 'User-defined' | ForEach-Object { $null = Remove-MgEnvironment -Name $_.Name } }

    It 'are added, changed, listed and removed, by position and from the pipeline' {
        $added = Add-MgEnvironment Lab https://login.lab.example/ https://graph.lab.example/v1.0
        $added.Type | Should -BeExactly 'User-defined'
        $added.AzureADEndpoint | Should -BeExactly 'https://login.lab.example'
        $added.GraphEndpoint | Should -BeExactly 'https://graph.lab.example' -Because 'the root is meant'
        (Get-MgEnvironment lab).Name | Should -BeExactly 'Lab'
        (Set-MgEnvironment -Name LAB -GraphUrl https://other.lab.example).AzureADEndpoint | Should -BeExactly 'https://login.lab.example'
        (Get-MgEnvironment Lab).GraphEndpoint | Should -BeExactly 'https://other.lab.example'
        ([pscustomobject]@{ Name = 'Lab' } | Remove-MgEnvironment).Name | Should -BeExactly 'Lab'
        Get-MgEnvironment Lab | Should -BeNullOrEmpty
    }

    It 'stand in the file of the SDK, whose other content is kept' {
        $null = New-Item -ItemType Directory -Force -Path $settings
        $file = Join-Path $settings 'mg.context.json'
        Set-Content -Path $file -Value '{"EnvironmentTable":{"Sdk":{"Name":"Sdk","AzureADEndpoint":"https://login.sdk.example","GraphEndpoint":"https://graph.sdk.example","Type":"User-defined"}},"Other":{"x":1}}'
        (Get-MgEnvironment Sdk).GraphEndpoint | Should -BeExactly 'https://graph.sdk.example'
        $null = Add-MgEnvironment -Name Lab -AzureADEndpoint https://login.lab.example -GraphEndpoint https://graph.lab.example -CertificateAuthorityPath $server.CertificatePath
        $saved = Get-Content -Raw $file | ConvertFrom-Json
        $saved.Other.x | Should -Be 1
        $saved.EnvironmentTable.Sdk.Name | Should -Be 'Sdk'
        $saved.EnvironmentTable.Lab.CertificateAuthorityPath | Should -Be $server.CertificatePath
    }

    It 'of Microsoft cannot be changed: <_>' -ForEach 'Global', 'china' {
        { Add-MgEnvironment -Name $_ -AzureADEndpoint https://x.example -GraphEndpoint https://y.example } | Should -Throw '*built-in*'
        { Set-MgEnvironment -Name $_ -GraphEndpoint https://y.example } | Should -Throw '*built-in*'
        { Remove-MgEnvironment -Name $_ } | Should -Throw '*built-in*'
    }

    It 'need addresses, and files that are there' {
        { Add-MgEnvironment -Name Lab -AzureADEndpoint login.lab.example -GraphEndpoint https://y.example } | Should -Throw '*AzureADEndpoint*'
        { Add-MgEnvironment -Name Lab -AzureADEndpoint https://u:p@login.lab.example -GraphEndpoint https://y.example } | Should -Throw '*user name*'
        { Set-MgEnvironment -Name Lab -GraphEndpoint https://y.example } | Should -Throw '*AzureADEndpoint*'
        { Add-MgEnvironment -Name Lab -AzureADEndpoint https://x.example -GraphEndpoint https://y.example -CertificateAuthorityPath absent.pem } | Should -Throw '*absent.pem*'
        { Remove-MgEnvironment -Name Absent } | Should -Throw '*Absent*'
    }

    It 'are left alone with -WhatIf' {
        $null = Add-MgEnvironment -Name Lab -AzureADEndpoint https://x.example -GraphEndpoint https://y.example -WhatIf
        Get-MgEnvironment Lab | Should -BeNullOrEmpty
    }

    It 'know a served tenant while it is served' {
        $file = New-TestTenant -Seed (Get-CompanySeed)
        $short = Start-MgLocalTenantServer -Path $file
        (Get-MgEnvironment $short.Environment).GraphEndpoint | Should -Be $short.Uri.TrimEnd('/')
        Stop-MgLocalTenantServer $short
        Get-MgEnvironment $short.Environment | Should -BeNullOrEmpty
    }
}

Describe 'What is kept for a user' {
    # No platform with a store of its own is to be had everywhere, so another cipher stands in for the platform's.
    BeforeAll {
        $type = [AppDomain]::CurrentDomain.GetAssemblies().Where({ $_.GetName().Name -eq 'MgLicense.Interop' })[0].GetType('MgLicense.PowerShell.UserTokenStore')
        [string] $folder = (New-TestPath 'tokens').ToString()
        $cipher = [Func[byte[], byte[]]] { param($bytes) , [byte[]] ($bytes.ForEach({ $_ -bxor 0x5a })) }
        $flags = [System.Reflection.BindingFlags] 'Instance, NonPublic'
        function New-Store {
            $type.GetConstructors($flags)[0].Invoke([object[]] @($folder.ToString(), $cipher.PSObject.BaseObject, $cipher.PSObject.BaseObject))
        }
        function Invoke-Store {
            param($Store, [string] $Method, [object[]] $Arguments)
            for ($i = 0; $i -lt $Arguments.Count; $i++) { $Arguments[$i] = $Arguments[$i].PSObject.BaseObject }
            $type.GetMethod($Method, $flags).Invoke($Store.PSObject.BaseObject, $Arguments)
        }
    }

    It 'is one file a sign-in, encrypted, without a name to read' {
        $store = New-Store
        $secret = [System.Text.Encoding]::UTF8.GetBytes('refresh-canary')
        Invoke-Store $store Write @('https://login.example', 'contoso.com', 'app', $secret)
        [System.Text.Encoding]::UTF8.GetString((Invoke-Store $store Read @('https://login.example', 'CONTOSO.com', 'app'))) | Should -Be 'refresh-canary'
        Invoke-Store $store Read @('https://login.example', 'contoso.com', 'other') | Should -BeNullOrEmpty
        $files = @(Get-ChildItem $folder)
        $files | Should -HaveCount 1
        $files[0].Name | Should -Not -Match 'contoso|app|login'
        Get-Content -Raw $files[0] | Should -Not -Match 'canary'
        Invoke-Store $store Remove @('https://login.example', 'contoso.com', 'app')
        Get-ChildItem $folder | Should -BeNullOrEmpty
    }
}
