# Invoke-MgGraphRequest: requests of the caller's own making, whose refusals always throw.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule

    $e5 = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
    $flow = 'f30db892-07e9-47e9-837c-80727f46fd3d'
    $ada = 'aaaaaaaa-0000-4000-8000-000000000001'
    $null = Connect-TestTenant -Seed (Get-CompanySeed)
}

AfterAll {
    Disconnect-TestTenant
}

Describe 'Addresses' {
    It 'may be <Name>' -ForEach @(
        @{ Name = 'relative'; Uri = 'v1.0/users/ada@contoso.com' }
        @{ Name = 'relative with a slash'; Uri = '/v1.0/users/ada@contoso.com' }
        @{ Name = 'absolute'; Uri = '<root>/v1.0/users/ada@contoso.com' }
    ) {
        (Invoke-MgGraphRequest -Method GET -Uri $Uri.Replace('<root>', (Get-TestRoot))).displayName | Should -Be 'Ada Archer'
        $request = Get-MgLocalTenantRequest -Last 1
        $request.Method | Should -BeExactly 'GET'
        $request.Path.Replace('%40', '@') | Should -BeExactly '/v1.0/users/ada@contoso.com'
    }

    It 'come by position, after the method or alone' {
        (Invoke-MgGraphRequest GET 'v1.0/users/ada@contoso.com').displayName | Should -Be 'Ada Archer'
        (Invoke-MgGraphRequest -Method GET "$(Get-TestRoot)/v1.0/users/ada@contoso.com").displayName | Should -Be 'Ada Archer'
        (Invoke-GraphRequest -Uri v1.0/users/ada@contoso.com).displayName | Should -Be 'Ada Archer'
    }

    It 'come second of the positions, before body and headers' {
        $request = Get-SentRequest -WriteOnly { Invoke-MgGraphRequest PATCH "v1.0/users/$ada" @{ jobTitle = 'Clerk' } @{ 'X-Trace' = 'p' } }
        $request.Method | Should -BeExactly 'PATCH'
        $request.Body | Should -BeExactly '{"jobTitle":"Clerk"}'
        Get-RequestHeader $request 'X-Trace' | Should -BeExactly 'p'
    }

    It 'never leave for another host' {
        $recorded = Invoke-Recorded { Invoke-MgGraphRequest -Uri 'https://example.com/v1.0/users' }
        $recorded.Thrown | Should -Not -BeNullOrEmpty
        $recorded.Thrown.Exception.Message | Should -Match 'example\.com'
    }

    It 'keep the query as it was written' {
        $null = Invoke-MgGraphRequest -Uri 'v1.0/users?$filter=department eq ''Finance''&$select=id,displayName&$top=2'
        $options = Get-QueryOption (Get-MgLocalTenantRequest -Last 1)
        $options['$filter'] | Should -BeExactly "department eq 'Finance'"
        $options['$select'] | Should -BeExactly 'id,displayName'
        $options['$top'] | Should -BeExactly '2'
    }
}

Describe 'Output' {
    It 'is a hashtable, and the raw page' {
        $page = Invoke-MgGraphRequest -Uri 'v1.0/users?$top=2'
        $page | Should -BeOfType ([hashtable])
        @($page.value) | Should -HaveCount 2
        $page.value[0] | Should -BeOfType ([hashtable])
        $page.'@odata.nextLink' | Should -Match "^$([regex]::Escape((Get-TestRoot)))/v1\.0/users\?"
        $page['@odata.context'] | Should -Match '\$metadata#users'
    }

    It 'is followed by scripts themselves' {
        $names = @()
        $uri = 'v1.0/users?$top=2&$select=displayName'
        while ($uri) {
            $page = Invoke-MgGraphRequest -Method GET -Uri $uri
            $names += $page.value.displayName
            $uri = $page.'@odata.nextLink'
        }
        @($names | Sort-Object) | Should -Be @('Ada Archer', 'Bob Baker', 'Cy Cole', 'Dee Dunn', 'Eve Ernst', 'Gus Green')
    }

    It 'is a custom object with -OutputType PSObject' {
        $user = Invoke-MgGraphRequest -Uri v1.0/users/ada@contoso.com -OutputType PSObject
        $user | Should -BeOfType ([pscustomobject])
        $user.displayName | Should -Be 'Ada Archer'
        @($user.businessPhones).Count | Should -Be 0
    }

    It 'is text with -OutputType Json' {
        $text = Invoke-MgGraphRequest -Uri v1.0/users/ada@contoso.com -OutputType Json
        $text | Should -BeOfType ([string])
        ($text | ConvertFrom-Json).displayName | Should -Be 'Ada Archer'
    }

    It 'is an HTTP answer with -OutputType HttpResponseMessage' {
        $answer = Invoke-MgGraphRequest -Uri v1.0/users/ada@contoso.com -OutputType HttpResponseMessage
        $answer | Should -BeOfType ([System.Net.Http.HttpResponseMessage])
        [int] $answer.StatusCode | Should -Be 200
        $answer.Content.ReadAsStringAsync().Result | Should -Match 'Ada Archer'
    }

    It 'goes to a file with -OutputFilePath, and on with -PassThru' {
        $file = New-TestPath 'user.json'
        Invoke-MgGraphRequest -Uri v1.0/users/ada@contoso.com -OutputFilePath $file | Should -BeNullOrEmpty
        (Get-Content -Raw $file | ConvertFrom-Json).displayName | Should -Be 'Ada Archer'
        (Invoke-MgGraphRequest -Uri v1.0/users/ada@contoso.com -OutputFilePath $file -PassThru).displayName | Should -Be 'Ada Archer'
    }

    It 'is nothing for an answer without a body' {
        Invoke-MgGraphRequest -Method PATCH -Uri v1.0/users/ada@contoso.com -Body @{ jobTitle = 'Clerk' } | Should -BeNullOrEmpty
    }

    It 'names status and headers in variables of the caller' {
        function Read-User {
            Invoke-MgGraphRequest -Uri v1.0/users/ada@contoso.com -StatusCodeVariable status -ResponseHeadersVariable headers | Out-Null
            $status
            $headers['request-id']
        }
        Remove-Variable -Name status, headers -Scope Global -ErrorAction Ignore
        $read = @(Read-User)
        $read[0] | Should -Be 200
        $read[1] | Should -Match '^[0-9a-f-]{36}$'
        Get-Variable -Name status -Scope Global -ErrorAction Ignore | Should -BeNullOrEmpty
    }
}

Describe 'Bodies' {
    It 'of a hashtable are JSON, as deep as they are' {
        $request = Get-SentRequest -WriteOnly {
            Invoke-MgGraphRequest -Method POST -Uri "v1.0/users/$ada/assignLicense" -Body @{ addLicenses = @(@{ skuId = $flow; disabledPlans = @() }); removeLicenses = @() }
        }
        $request.Body | ConvertTo-SortedJson | Should -BeExactly "{`"addLicenses`":[{`"disabledPlans`":[],`"skuId`":`"$flow`"}],`"removeLicenses`":[]}"
        Get-RequestHeader $request 'Content-Type' | Should -Match '^application/json'
        $request.Status | Should -Be 200
    }

    It 'of text are sent as they are' {
        $text = '{ "addLicenses": [], "removeLicenses": [ "' + $flow + '" ] }'
        $request = Get-SentRequest -WriteOnly { Invoke-MgGraphRequest -Method POST -Uri "/v1.0/users/$ada/assignLicense" -Body $text -ContentType 'application/json' }
        $request.Body | Should -BeExactly $text
    }

    It 'come from the pipeline' {
        $request = Get-SentRequest -WriteOnly { @{ jobTitle = 'Lead' } | Invoke-MgGraphRequest PATCH "v1.0/users/$ada" }
        $request.Body | Should -BeExactly '{"jobTitle":"Lead"}'
    }

    It 'come from a file' {
        $file = New-TestPath 'body.json'
        Set-Content -Path $file -Value '{"jobTitle":"Head"}' -NoNewline
        $request = Get-SentRequest -WriteOnly { Invoke-MgGraphRequest -Method PATCH -Uri "v1.0/users/$ada" -InputFilePath $file }
        $request.Body | Should -BeExactly '{"jobTitle":"Head"}'
        (Get-MgUser -UserId $ada).JobTitle | Should -Be 'Head'
    }

    It 'of a GET are its query' {
        $null = Invoke-MgGraphRequest -Method GET -Uri v1.0/users -Body @{ '$top' = 1 }
        $request = Get-MgLocalTenantRequest -Last 1
        (Get-QueryOption $request)['$top'] | Should -BeExactly '1'
        $request.Body | Should -BeNullOrEmpty
    }

    It 'carry batches' {
        $batch = @{
            requests = @(
                @{ id = 'a'; method = 'GET'; url = "/users/$ada`?`$select=displayName" }
                @{ id = 'b'; method = 'GET'; url = '/users/nobody' }
            )
        }
        $answer = Invoke-MgGraphRequest -Method POST -Uri 'v1.0/$batch' -Body $batch
        @($answer.responses) | Should -HaveCount 2
        $byId = @{}
        foreach ($response in $answer.responses) { $byId[$response.id] = $response }
        $byId.a.status | Should -Be 200
        $byId.a.body.displayName | Should -Be 'Ada Archer'
        $byId.b.status | Should -Be 404
        $byId.b.body.error.code | Should -BeExactly 'Request_ResourceNotFound'
    }

    It 'go to the namespaced form of an action too' {
        $request = Get-SentRequest -WriteOnly {
            Invoke-MgGraphRequest -Method POST -Uri "v1.0/users/$ada/microsoft.graph.assignLicense" -Body @{ addLicenses = @(@{ skuId = $e5 }); removeLicenses = @() }
        }
        $request.Status | Should -Be 200
    }
}

Describe 'Headers' {
    It 'are sent as given' {
        $null = Invoke-MgGraphRequest -Uri 'v1.0/users?$count=true&$top=1' -Headers @{ ConsistencyLevel = 'eventual'; 'X-Trace' = 5 } -UserAgent 'script/1.0'
        $request = Get-MgLocalTenantRequest -Last 1
        Get-RequestHeader $request 'ConsistencyLevel' | Should -BeExactly 'eventual'
        Get-RequestHeader $request 'X-Trace' | Should -BeExactly '5'
        Get-RequestHeader $request 'User-Agent' | Should -BeExactly 'script/1.0'
    }

    It 'are kept in a session variable for the next request' {
        $null = Invoke-MgGraphRequest -Uri v1.0/users/ada@contoso.com -Headers @{ 'X-Trace' = 'kept' } -SessionVariable session
        $null = Invoke-MgGraphRequest -Uri v1.0/users/ada@contoso.com -GraphRequestSession $session
        Get-RequestHeader (Get-MgLocalTenantRequest -Last 1) 'X-Trace' | Should -BeExactly 'kept'
    }
}

Describe 'A refusal' {
    It 'throws, whatever -ErrorAction says: <_>' -ForEach 'Continue', 'SilentlyContinue', 'Ignore', 'Stop' {
        $action = $_
        $recorded = Invoke-Recorded { Invoke-MgGraphRequest -Uri v1.0/users/nobody -ErrorAction $action; 'not reached' }
        $recorded.Output | Should -HaveCount 0
        $recorded.Thrown | Should -Not -BeNullOrEmpty
    }

    It 'has the answer in its exception' {
        $thrown = (Invoke-Recorded { Invoke-MgGraphRequest -Uri v1.0/users/nobody }).Thrown
        $thrown.Exception.Response.StatusCode.value__ | Should -Be 404
        [int] $thrown.Exception.Response.StatusCode | Should -Be 404
        $thrown.Exception.Response.Content.ReadAsStringAsync().Result | Should -Match '"code":\s*"Request_ResourceNotFound"'
        $thrown.CategoryInfo.Category | Should -Be 'InvalidOperation'
        $thrown.FullyQualifiedErrorId | Should -Match ',Microsoft\.Graph\.PowerShell\.Authentication\.Cmdlets\.InvokeMgGraphRequest$'
        $thrown.TargetObject | Should -BeOfType ([System.Net.Http.HttpRequestMessage])
    }

    It 'details request line, status line, headers and body' {
        $thrown = (Invoke-Recorded { Invoke-MgGraphRequest -Method PATCH -Uri v1.0/users/nobody -Body @{ jobTitle = 'x' } }).Thrown
        $lines = $thrown.ErrorDetails.Message -split '\r?\n'
        $lines[0] | Should -MatchExactly "^PATCH $([regex]::Escape((Get-TestRoot)))/v1\.0/users/nobody"
        $lines[1] | Should -MatchExactly '^HTTP/2\.0 404 Not ?Found$'
        @($lines -match '^request-id: [0-9a-f-]{36}$') | Should -HaveCount 1
        $blank = [array]::IndexOf($lines, '')
        $blank | Should -BeGreaterThan 2
        ($lines[($blank + 1)..($lines.Count - 1)] -join '' | ConvertFrom-Json).error.code | Should -BeExactly 'Request_ResourceNotFound'
    }

    It 'is given as a body with -SkipHttpErrorCheck' {
        $answer = Invoke-MgGraphRequest -Uri v1.0/users/nobody -SkipHttpErrorCheck -StatusCodeVariable status
        $answer.error.code | Should -BeExactly 'Request_ResourceNotFound'
        $status | Should -Be 404
    }

    It 'throws when not connected, too' {
        Disconnect-TestTenant
        $thrown = (Invoke-Recorded { Invoke-MgGraphRequest -Uri v1.0/users -ErrorAction Ignore }).Thrown
        $thrown.Exception.Message | Should -BeExactly 'Authentication needed. Please call Connect-MgGraph.'
        $null = Connect-TestTenant -Seed (Get-CompanySeed)
    }
}
