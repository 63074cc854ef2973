# The parameters that every compatible command has: headers of the answer and of the request, -Verbose and -Debug.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $null = Connect-TestTenant -Seed (Get-CompanySeed)

    # Everything a call writes for people to read: debug and verbose messages, each a text.
    function Get-Message {
        param([scriptblock] $Block, [type] $Type)
        $old = $global:DebugPreference, $global:VerbosePreference
        # -Debug must not wait for a person.
        $global:DebugPreference = $global:VerbosePreference = 'SilentlyContinue'
        try {
            @(& $Block 5>&1 4>&1 | Where-Object { $_ -is $Type } | ForEach-Object Message)
        } finally {
            $global:DebugPreference, $global:VerbosePreference = $old
        }
    }
    $debugRecord = [System.Management.Automation.DebugRecord]
}

AfterAll {
    Remove-Variable -Name headers, more -Scope Global -ErrorAction Ignore
    Disconnect-TestTenant
}

Describe '-ResponseHeadersVariable' {
    BeforeEach {
        Remove-Variable -Name headers, more -Scope Global -ErrorAction Ignore
    }

    It 'sets a global variable, also from inside a function' {
        function Read-User {
            Get-MgUser -UserId ada@contoso.com -ResponseHeadersVariable headers | Out-Null
        }
        Read-User
        $global:headers | Should -Not -BeNullOrEmpty
    }

    It 'finds names in any case, and has a list of values for each' {
        $null = Get-MgUser -UserId ada@contoso.com -RHV headers
        @($global:headers['request-id']) | Should -HaveCount 1
        @($global:headers['REQUEST-ID'])[0] | Should -Match '^[0-9a-f-]{36}$'
        , $global:headers['request-id'] | Should -BeOfType ([System.Collections.Generic.IEnumerable[string]])
        @($global:headers['Content-Type'])[0] | Should -Match '^application/json'
        @($global:headers['request-id'])[0] | Should -Be (Get-MgLocalTenantRequest -Last 1).RequestId
    }

    It 'works for <Name>' -ForEach @(
        @{ Name = 'a list'; Call = { Get-MgUser -RHV headers } }
        @{ Name = 'an assignment'; Call = { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses FLOW_FREE -RemoveLicenses @() -RHV headers } }
        @{ Name = 'an update, which has no body'; Call = { Update-MgUser -UserId ada@contoso.com -JobTitle x -RHV headers } }
        @{ Name = 'a deletion'; Call = { Remove-MgUser -UserId dee@contoso.com -RHV headers } }
    ) {
        $null = & $Call
        @($global:headers['request-id'])[0] | Should -Be (Get-MgLocalTenantRequest -Last 1).RequestId
    }

    It 'has the headers of the last page of a list' {
        $requests = @(Get-SentRequest { Get-MgUser -PageSize 2 -All -RHV headers })
        $requests.Count | Should -BeGreaterThan 1
        @($global:headers['request-id'])[0] | Should -Be $requests[-1].RequestId
    }

    It 'is left alone by a refusal' {
        $global:headers = 'before'
        $null = Invoke-Recorded { Get-MgUser -UserId nobody -RHV headers }
        $global:headers | Should -BeExactly 'before'
    }
}

Describe '-Headers' {
    It 'adds each pair to the request, as text' {
        $request = Get-SentRequest { Get-MgUser -UserId ada@contoso.com -Headers @{ 'X-Trace' = 5; 'client-request-id' = [guid] '11111111-2222-4333-8444-555555555555' } }
        Get-RequestHeader $request 'X-Trace' | Should -BeExactly '5'
        Get-RequestHeader $request 'client-request-id' | Should -BeExactly '11111111-2222-4333-8444-555555555555'
    }

    It 'can come from the pipeline' {
        $request = Get-SentRequest { @{ 'X-Trace' = 'piped' } | Get-MgUser -UserId ada@contoso.com }
        Get-RequestHeader $request 'X-Trace' | Should -BeExactly 'piped'
        $request = Get-SentRequest -WriteOnly { @{ 'X-Trace' = 'piped' } | Remove-MgUser -UserId nobody }
        Get-RequestHeader $request 'X-Trace' | Should -BeExactly 'piped'
    }

    It 'goes with writes too' {
        $request = Get-SentRequest -WriteOnly { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses FLOW_FREE -RemoveLicenses @() -Headers @{ 'X-Trace' = 'w' } }
        Get-RequestHeader $request 'X-Trace' | Should -BeExactly 'w'
        $request = Get-SentRequest -WriteOnly { Update-MgUser -UserId ada@contoso.com -JobTitle y -Headers @{ 'X-Trace' = 'u' } }
        Get-RequestHeader $request 'X-Trace' | Should -BeExactly 'u'
    }

    It 'is not made of a piped identity or body' {
        $request = Get-SentRequest { @{ UserId = 'ada@contoso.com' } | Get-MgUser }
        Get-RequestHeader $request 'UserId' | Should -BeNullOrEmpty
        $request = Get-SentRequest -WriteOnly { @{ jobTitle = 'z' } | Update-MgUser -UserId ada@contoso.com }
        Get-RequestHeader $request 'jobTitle' | Should -BeNullOrEmpty
        $request.Body | Should -BeExactly '{"jobTitle":"z"}'
    }

    It 'given by name stays, beside a piped identity' {
        $request = Get-SentRequest { @{ UserId = 'ada@contoso.com' } | Get-MgUser -Headers @{ 'X-Trace' = 'named' } }
        Get-RequestHeader $request 'X-Trace' | Should -BeExactly 'named'
        $request.Path.Replace('%40', '@') | Should -BeExactly '/v1.0/users/ada@contoso.com'
    }
}

Describe 'Parameters for a proxy and the pipeline of HTTP' {
    It 'lead by that proxy, except to a tenant in this process, to which no network leads' {
        $recorded = Invoke-Recorded { Get-MgUser -UserId ada@contoso.com -Proxy http://127.0.0.1:9 -ProxyUseDefaultCredentials }
        if ($env:MGLICENSE_TEST_SERVED) {
            $recorded.Errors[0].Exception.Message | Should -Match 'could not be reached'
        } else {
            $recorded.Output.DisplayName | Should -Be 'Ada Archer'
        }
    }

    It 'may not be null where the SDK forbids it: <_>' -ForEach 'HttpPipelineAppend', 'HttpPipelinePrepend' {
        $arguments = @{ $_ = $null }
        (Invoke-Recorded { Get-MgUser -UserId ada@contoso.com @arguments }).Thrown.FullyQualifiedErrorId | Should -Match '^ParameterArgumentValidationError'
    }
}

Describe '-Debug' {
    BeforeAll {
        $messages = Get-Message -Type $debugRecord {
            # A sign-in of the caller's own would replace that of a served tenant; a cookie is as secret.
            $secret = $env:MGLICENSE_TEST_SERVED ? 'Cookie' : 'Authorization'
            Update-MgUser -UserId ada@contoso.com -JobTitle Shown -Headers @{ 'X-Trace' = 't1'; $secret = 'Bearer abc123secret' } -Debug
        }
        $text = $messages -join "`n"
    }

    It 'shows the request and the answer, each as a block' {
        $request = @($messages -match '= HTTP REQUEST =')
        $request | Should -HaveCount 1
        $request[0] | Should -Match '(?s)HTTP Method:\s+PATCH'
        $request[0] | Should -Match "(?s)Absolute Uri:\s+$([regex]::Escape((Get-TestRoot)))/v1\.0/users/ada(@|%40)contoso\.com"
        $request[0] | Should -Match 'X-Trace\s*: t1'
        $request[0] | Should -Match 'jobTitle'
        $request[0] | Should -Match 'Shown'
        $answer = @($messages -match '= HTTP RESPONSE =')
        $answer | Should -HaveCount 1
        $answer[0] | Should -Match '(?s)Status Code:\s+NoContent'
    }

    It 'shows no token' {
        $text | Should -Not -Match 'abc123secret'
    }

    It 'shows no password' {
        $messages = Get-Message -Type $debugRecord {
            New-MgUser -DisplayName Pia -UserPrincipalName pia@contoso.com -MailNickname pia -AccountEnabled -PasswordProfile @{ Password = 'xWwvJ]6NMw+bWH-d' } -Debug | Out-Null
        }
        $messages -join "`n" | Should -Match 'pia@contoso\.com'
        $messages -join "`n" | Should -Not -Match ([regex]::Escape('xWwvJ]6NMw'))
    }

    It 'shows what was refused' {
        $messages = Get-Message -Type $debugRecord { Get-MgUser -UserId nobody -Debug -ErrorAction SilentlyContinue }
        $messages -join "`n" | Should -Match '(?s)Status Code:\s+NotFound'
        $messages -join "`n" | Should -Match 'Request_ResourceNotFound'
    }

    It 'shows nothing when it was not asked for' {
        Get-Message -Type $debugRecord { Get-MgUser -UserId ada@contoso.com } | Should -BeNullOrEmpty
    }

    It 'asks nobody, whatever else there is to say' {
        # Nobody could answer here: a question would be an error that stops.
        $recorded = Invoke-Recorded {
            Set-MgUserLicense -UserId cy@contoso.com -AddLicenses FLOW_FREE -UsageLocation XK -Debug 5>$null
            Set-MgUserLicense -UserId eve@contoso.com -AddLicenses FLOW_FREE -UsageLocation FR -Debug 5>$null
        }
        $recorded.Thrown | Should -BeNullOrEmpty
        $recorded.Warnings | Should -HaveCount 1
        $recorded.Errors | Should -HaveCount 1
        $recorded.Output | Should -HaveCount 1
    }

    It 'is off with -Debug:$false, whatever the preference' {
        $global:DebugPreference = 'Continue'
        try {
            @(& { Get-MgUser -UserId ada@contoso.com -Debug:$false } 5>&1 | Where-Object { $_ -is $debugRecord }) | Should -HaveCount 0
            @(& { Get-MgUser -UserId ada@contoso.com } 5>&1 | Where-Object { $_ -is $debugRecord }).Count | Should -BeGreaterThan 0
        } finally {
            $global:DebugPreference = 'SilentlyContinue'
        }
    }

    It 'shows every page of a list' {
        $messages = Get-Message -Type $debugRecord { Get-MgUser -PageSize 3 -All -Debug }
        @($messages -match '= HTTP REQUEST =').Count | Should -BeGreaterThan 1
    }

    It 'is there for raw requests' {
        $messages = Get-Message -Type $debugRecord { Invoke-MgGraphRequest -Uri v1.0/users/ada@contoso.com -Debug | Out-Null }
        @($messages -match '= HTTP REQUEST =') | Should -HaveCount 1
    }
}

Describe '-Verbose' {
    It 'tells of a location that was changed' {
        $messages = Get-Message -Type ([System.Management.Automation.VerboseRecord]) {
            Set-MgUserLicense -UserId cy@contoso.com -AddLicenses FLOW_FREE -UsageLocation GB -Verbose | Out-Null
        }
        $messages -join "`n" | Should -Match 'GB'
    }

    It 'is quiet when it was not asked for' {
        Get-Message -Type ([System.Management.Automation.VerboseRecord]) { Get-MgUser -UserId ada@contoso.com } | Should -BeNullOrEmpty
    }
}

Describe 'Common parameters' {
    It 'work: -OutVariable, -PipelineVariable, -OutBuffer' {
        $null = Get-MgUser -Top 2 -OutVariable kept
        $kept | Should -HaveCount 2
        $pairs = Get-MgUser -Top 2 -PipelineVariable user | ForEach-Object { $user.Id }
        $pairs | Should -HaveCount 2
        @(Get-MgUser -OutBuffer 3).Count | Should -BeGreaterThan 2
    }

    It 'work: -WarningVariable and -WarningAction' {
        $null = Invoke-Recorded { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses FLOW_FREE -UsageLocation XK -WarningAction SilentlyContinue -WarningVariable global:more }
        @($global:more) | Should -HaveCount 1
        $global:more[0].Message | Should -Match 'XK'
    }
}
