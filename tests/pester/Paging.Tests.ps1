# How lists are asked for and how far they are followed, proven with the requests that the tenant got.

BeforeDiscovery {
    # Per row: the call, the $top of each request ('-' is none, '*' whatever the service's link says), the objects.
    # The tenant has 1,250 users and gives 100 a page unless asked for more.
    $rows = @(
        @{ Call = 'Get-MgUser'; Tops = @('-'); Objects = 100 }
        @{ Call = 'Get-MgUser -All:$false'; Tops = @('-'); Objects = 100 }
        @{ Call = 'Get-MgUser -All'; Tops = @('-') + @('*') * 12; Objects = 1250 }
        @{ Call = 'Get-MgUser -PageSize 200'; Tops = @('200'); Objects = 200 }
        @{ Call = 'Get-MgUser -PageSize 999'; Tops = @('999'); Objects = 999 }
        @{ Call = 'Get-MgUser -PageSize 500 -All:$false'; Tops = @('500'); Objects = 500 }
        @{ Call = 'Get-MgUser -PageSize 500 -All'; Tops = @('500', '*', '*'); Objects = 1250 }
        @{ Call = 'Get-MgUser -Top 7'; Tops = @('7'); Objects = 7 }
        @{ Call = 'Get-MgUser -Top 999'; Tops = @('999'); Objects = 999 }
        @{ Call = 'Get-MgUser -Top 1000'; Tops = @('-') + @('*') * 9; Objects = 1000 }
        @{ Call = 'Get-MgUser -Top 1050'; Tops = @('-') + @('*') * 9 + @('50'); Objects = 1050 }
        @{ Call = 'Get-MgUser -Top 5000'; Tops = @('-') + @('*') * 12; Objects = 1250 }
        @{ Call = 'Get-MgUser -Top 300 -All'; Tops = @('300'); Objects = 300 }
        @{ Call = 'Get-MgUser -Top 1050 -All'; Tops = @('-') + @('*') * 9 + @('50'); Objects = 1050 }
        @{ Call = 'Get-MgUser -Top 30 -PageSize 20'; Tops = @('20', '10'); Objects = 30 }
        @{ Call = 'Get-MgUser -Top 5 -PageSize 2 -All'; Tops = @('2', '*', '1'); Objects = 5 }
        @{ Call = 'Get-MgUser -Top 1050 -PageSize 500'; Tops = @('500', '*', '50'); Objects = 1050 }
        @{ Call = 'Get-MgUser -Top 20 -PageSize 20'; Tops = @('20'); Objects = 20 }
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule

    $crowd = @{
        domains = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $true })
        users   = @(
            @{ userPrincipalName = 'team@contoso.com'; displayName = 'C# Team'; accountEnabled = $true; department = 'Even' }
            @{ userPrincipalName = 'odd@contoso.com'; displayName = "Q&A + R's 50%"; accountEnabled = $true; department = 'Even' }
            for ($i = 3; $i -le 1250; $i++) {
                $name = 'User {0:0000}' -f $i
                @{
                    userPrincipalName = "$($name.Replace(' ', '').ToLowerInvariant())@contoso.com"; displayName = $name
                    accountEnabled = $true; department = ($i % 2 ? 'Odd' : 'Even')
                }
            }
        )
        groups  = @(
            @{ displayName = 'One'; mailNickname = 'one'; securityEnabled = $true; mailEnabled = $false; members = @() }
            @{ displayName = 'Two'; mailNickname = 'two'; securityEnabled = $true; mailEnabled = $false; members = @() }
        )
    }
    $null = Connect-TestTenant -Seed $crowd
}

AfterAll {
    Disconnect-TestTenant
}

Describe 'How many pages a list follows' {
    It 'asks as the table says: <Call>' -ForEach $rows {
        $null = Get-MgLocalTenantRequest -Clear
        $users = @(& ([scriptblock]::Create($Call)))
        $requests = @(Get-MgLocalTenantRequest)

        $users | Should -HaveCount $Objects
        @($users.Id | Sort-Object -Unique) | Should -HaveCount $Objects
        $requests | Should -HaveCount $Tops.Count
        for ($i = 0; $i -lt $Tops.Count; $i++) {
            $options = Get-QueryOption $requests[$i]
            if ($Tops[$i] -eq '-') {
                $options.Keys | Should -Not -Contain '$top'
            } elseif ($Tops[$i] -ne '*') {
                $options['$top'] | Should -Be $Tops[$i] -Because "request $($i + 1)"
            }
        }
    }

    It 'follows the link as the service gave it' {
        $first = Invoke-MgGraphRequest -Uri 'v1.0/users?$top=500&$select=id' -OutputType Json | ConvertFrom-Json
        $link = ([uri] $first.'@odata.nextLink').PathAndQuery
        $requests = @(Get-SentRequest { Get-MgUser -Property id -PageSize 500 -All })
        $requests | Should -HaveCount 3
        $requests[1].Path | Should -BeExactly $link
        (Get-QueryOption $requests[1]).Keys | Should -Contain '$skiptoken'
    }

    It 'keeps the query on every page' {
        $requests = @(Get-SentRequest { Get-MgUser -Filter "department eq 'Odd'" -Property Id, Department -PageSize 300 -All })
        $requests | Should -HaveCount 3
        foreach ($request in $requests) {
            $options = Get-QueryOption $request
            $options['$filter'] | Should -Be "department eq 'Odd'"
            $options['$select'] | Should -Be 'Id,Department'
            $options['$top'] | Should -Be '300'
        }
    }

    It 'takes a page size that is text, as a splatted setting is' {
        $splat = @{ PageSize = '999'; All = $true }
        @(Get-MgUser @splat) | Should -HaveCount 1250
    }

    It 'stops asking when the pipeline has enough, with few pages under way' {
        # Two are needed. One may be on its way and one be made into objects by the time the pipeline has enough.
        $requests = @(Get-SentRequest { Get-MgUser -All | Select-Object -First 150 })
        $requests.Count | Should -BeIn 2, 3, 4
    }

    It 'writes nothing for an empty list, and no error' {
        $recorded = Invoke-Recorded { Get-MgUser -Filter "displayName eq 'Nobody'" -All }
        $recorded.Output | Should -HaveCount 0
        $recorded.Errors | Should -HaveCount 0
        $users = Get-MgUser -Filter "displayName eq 'Nobody'"
        $null -eq $users | Should -BeTrue
    }
}

Describe 'A page size out of range' {
    It 'is refused before anything is sent: <_>' -ForEach 0, 1000, -1 {
        $null = Get-MgLocalTenantRequest -Clear
        $size = $_
        $recorded = Invoke-Recorded { Get-MgUser -PageSize $size -All -ErrorAction SilentlyContinue }
        $thrown = $recorded.Thrown
        $thrown | Should -Not -BeNullOrEmpty -Because 'it is terminating'
        $thrown.Exception | Should -BeOfType ([System.ArgumentException])
        $thrown.Exception.Message | Should -Match '\b1\b.*\b999\b'
        $id = $thrown.FullyQualifiedErrorId.Split(',')[0]
        $id -as [guid] | Should -Not -BeNullOrEmpty
        Get-MgLocalTenantRequest | Should -BeNullOrEmpty
    }

    It 'has another error id each time' {
        $ids = foreach ($round in 1, 2) { (Invoke-Recorded { Get-MgUser -PageSize 0 }).Thrown.FullyQualifiedErrorId }
        $ids[0] | Should -Not -Be $ids[1]
    }
}

Describe 'The count variable' {
    BeforeEach {
        Remove-Variable -Name total, named -Scope Global -ErrorAction Ignore
    }

    It 'is global, also when asked for inside a function' {
        function Measure-User {
            Get-MgUser -ConsistencyLevel eventual -CountVariable total -Top 1 | Out-Null
        }
        Measure-User
        $global:total | Should -Be 1250
        $global:total | Should -BeOfType ([int])
    }

    It 'asks for the count in the request' {
        $request = Get-SentRequest { Get-MgUser -ConsistencyLevel eventual -CountVariable total -Top 1 }
        (Get-QueryOption $request)['$count'] | Should -Be 'true'
        Get-RequestHeader $request 'ConsistencyLevel' | Should -Be 'eventual'
    }

    It 'counts what the filter finds' {
        Get-MgUser -Filter "department eq 'Odd'" -ConsistencyLevel eventual -CountVariable total -Top 1 | Out-Null
        # The odd numbers from 3 to 1249.
        $global:total | Should -Be 624
    }

    It 'keeps the total when later pages carry none' {
        Get-MgUser -ConsistencyLevel eventual -CountVariable total -PageSize 500 -All | Out-Null
        $global:total | Should -Be 1250
    }

    It 'takes a name with a colon as it is' {
        Get-MgUser -ConsistencyLevel eventual -CountVariable 'global:named' -Top 1 | Out-Null
        $global:named | Should -Be 1250
    }

    It 'is left alone when the answer has no count' {
        $global:total = 'before'
        $request = Get-SentRequest { Get-MgUser -CountVariable total -Top 1 }
        (Get-QueryOption $request)['$count'] | Should -Be 'true'
        $global:total | Should -Be 'before'
    }

    It 'is not asked for without the parameter' {
        (Get-QueryOption (Get-SentRequest { Get-MgUser -Top 1 })).Keys | Should -Not -Contain '$count'
    }
}

Describe 'Search and filter' {
    It 'puts a search into double quotes unless it begins with one: <Given>' -ForEach @(
        @{ Given = 'displayName:Team'; Sent = '"displayName:Team"' }
        @{ Given = '"displayName:Team"'; Sent = '"displayName:Team"' }
        @{ Given = '"displayName:Team" OR "displayName:0007"'; Sent = '"displayName:Team" OR "displayName:0007"' }
    ) {
        $request = Get-SentRequest { Get-MgUser -Search $Given -ConsistencyLevel eventual }
        (Get-QueryOption $request)['$search'] | Should -BeExactly $Sent
    }

    It 'finds what is searched for' {
        (Get-MgUser -Search 'displayName:Team' -ConsistencyLevel eventual).DisplayName | Should -Be 'C# Team'
    }

    It 'takes an escaped filter and a plain one for the same: <_>' -ForEach @(
        "displayName eq 'C# Team'", "displayName eq 'C%23 Team'", "displayName%20eq%20'C%23%20Team'"
    ) {
        $filter = $_
        $request = Get-SentRequest { Get-MgUser -Filter $filter }
        $request.Path | Should -Match '%23'
        $request.Path | Should -Not -Match '#|%2523|\s'
        (Get-QueryOption $request)['$filter'] | Should -BeExactly "displayName eq 'C# Team'"
        (Get-MgUser -Filter $filter).UserPrincipalName | Should -Be 'team@contoso.com'
    }

    It 'sends what would mean something in an address as text' {
        $name = "Q&A + R's 50%"
        $filter = "displayName eq '$($name.Replace("'", "''"))'"
        $request = Get-SentRequest { Get-MgUser -Filter $filter }
        (Get-QueryOption $request)['$filter'] | Should -BeExactly $filter
        (Get-MgUser -Filter $filter).UserPrincipalName | Should -Be 'odd@contoso.com'
    }
}

Describe 'Properties, expansion and order' {
    It 'asks for the same properties whether joined or listed: <Name>' -ForEach @(
        @{ Name = 'an array'; Given = 'Id', 'DisplayName'; Sent = 'Id,DisplayName' }
        @{ Name = 'one joined text'; Given = 'Id,DisplayName'; Sent = 'Id,DisplayName' }
        @{ Name = 'a text with blanks'; Given = 'Id, DisplayName'; Sent = 'Id, DisplayName' }
        @{ Name = 'another case'; Given = 'ID', 'displayname'; Sent = 'ID,displayname' }
    ) {
        $request = Get-SentRequest { Get-MgUser -Property $Given -Top 1 }
        (Get-QueryOption $request)['$select'] | Should -BeExactly $Sent
        $request.Path | Should -Not -Match '\s'
        $user = Get-MgUser -Property $Given -Top 1
        $user.Id | Should -Not -BeNullOrEmpty
        $user.DisplayName | Should -Not -BeNullOrEmpty
        $user.UserPrincipalName | Should -BeNullOrEmpty
    }

    It 'escapes the items of a list one by one and joins them with commas' {
        $request = Get-SentRequest { Get-MgUser -Property Id, 'a b' -Top 1 }
        $request.Path | Should -MatchExactly ([regex]::Escape('=Id,a%20b'))
    }

    It 'asks for nothing where a text is empty, as it is when a variable holds nothing' {
        $nothing = $null
        $request = Get-SentRequest {
            Get-MgUser -Filter $nothing -Search '' -Property '' -Sort @() -ExpandProperty $nothing -CountVariable '' -ConsistencyLevel ''
        }
        $request.Path | Should -BeExactly '/v1.0/users'
        Get-RequestHeader $request 'ConsistencyLevel' | Should -BeNullOrEmpty
    }

    It 'expands' {
        $request = Get-SentRequest { Get-MgUser -ExpandProperty memberOf -Top 1 }
        (Get-QueryOption $request)['$expand'] | Should -BeExactly 'memberOf'
    }

    It 'sorts, by several keys too' {
        $request = Get-SentRequest { Get-MgUser -Sort 'displayName desc', mail -Top 1 }
        (Get-QueryOption $request)['$orderby'] | Should -BeExactly 'displayName desc,mail'
        (Get-MgUser -Sort 'displayName desc' -Top 1).DisplayName | Should -Be 'User 1250'
    }

    It 'reads one object with its properties' {
        $request = Get-SentRequest { Get-MgUser -UserId team@contoso.com -Property Id, UsageLocation -ExpandProperty memberOf }
        $request.Method | Should -Be 'GET'
        $options = Get-QueryOption $request
        $options['$select'] | Should -BeExactly 'Id,UsageLocation'
        $options['$expand'] | Should -BeExactly 'memberOf'
        $options.Keys | Should -Not -Contain '$top'
    }

    It 'passes -Skip on where the command has it' {
        $request = Get-SentRequest { Get-MgGroup -Skip 1 }
        (Get-QueryOption $request)['$skip'] | Should -Be '1'
    }
}

Describe 'Headers of a list' {
    It 'sends the consistency level with every page' {
        $requests = @(Get-SentRequest { Get-MgUser -Filter "department ne 'Odd'" -ConsistencyLevel eventual -CountVariable total -PageSize 300 -All })
        # 1,250 less the 624 odd ones.
        $requests | Should -HaveCount 3
        foreach ($request in $requests) {
            Get-RequestHeader $request 'ConsistencyLevel' | Should -Be 'eventual'
        }
        $global:total | Should -Be 626
    }

    It 'does not send it by itself' {
        Get-RequestHeader (Get-SentRequest { Get-MgUser -Top 1 }) 'ConsistencyLevel' | Should -BeNullOrEmpty
    }

    It 'sends headers of the caller with every page' {
        $requests = @(Get-SentRequest { Get-MgUser -Headers @{ 'X-Trace' = 7 } -PageSize 500 -All })
        $requests | Should -HaveCount 3
        foreach ($request in $requests) {
            Get-RequestHeader $request 'X-Trace' | Should -Be '7'
        }
    }
}

Describe 'Ids in paths' {
    It 'are escaped once: <Id>' -ForEach @(
        @{ Id = 'gus_fabrikam.com#EXT#@contoso.com'; Sent = 'gus_fabrikam.com%23EXT%23@contoso.com' }
        @{ Id = 'a/b?c=d'; Sent = 'a%2Fb%3Fc%3Dd' }
        @{ Id = 'a b%20c'; Sent = 'a%20b%2520c' }
    ) {
        $request = Get-SentRequest { Get-MgUser -UserId $Id }
        $request.Path.Replace('%40', '@') | Should -BeExactly "/v1.0/users/$Sent"
    }
}
