# What a tenant in a file promises: what was written is read at once, by every process; two may write at once; a killed
# one leaves nothing half done.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule
    $flow = 'f30db892-07e9-47e9-837c-80727f46fd3d'

    # A company of so many people, u01@contoso.com and on, all in GB, with the given units of some products.
    function New-CrowdSeed {
        param([int] $People, [hashtable] $Units = @{ FLOW_FREE = 100 })
        @{
            organization   = @{ displayName = 'Crowd'; countryLetterCode = 'GB' }
            domains        = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $true })
            subscribedSkus = @(foreach ($part in $Units.Keys | Sort-Object) { @{ skuPartNumber = $part; prepaidUnits = @{ enabled = $Units[$part] } } })
            users          = @(foreach ($number in 1..$People) {
                    @{ userPrincipalName = ('u{0:00}@contoso.com' -f $number); displayName = "Person $number"; usageLocation = 'GB' }
                })
        }
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'What was written' {
    It 'is read at once, in every way of reading' {
        $null = Connect-TestTenant (New-CrowdSeed 3)
        $null = Set-MgUserLicense -UserId u02@contoso.com -AddLicenses FLOW_FREE

        Get-Held u02@contoso.com | Should -Be 'FLOW_FREE'
        Get-SeatsUsed FLOW_FREE | Should -Be 1
        (Get-MgUser -Filter "assignedLicenses/any(x:x/skuId eq $flow)").UserPrincipalName | Should -Be 'u02@contoso.com'
        (Get-MgUser -Filter 'assignedLicenses/$count ne 0' -ConsistencyLevel eventual -CountVariable licensed).UserPrincipalName | Should -Be 'u02@contoso.com'
        (Get-MgUser -All -Property UserPrincipalName, AssignedLicenses | Where-Object AssignedLicenses).UserPrincipalName | Should -Be 'u02@contoso.com'

        $new = New-MgUser -DisplayName Newcomer -UserPrincipalName new@contoso.com -MailNickname new -AccountEnabled -PasswordProfile @{ Password = [guid]::NewGuid() }
        (Get-MgUser -UserId new@contoso.com).Id | Should -Be $new.Id
        (Get-MgUser -All).UserPrincipalName | Should -Contain 'new@contoso.com'

        Update-MgUser -UserId $new.Id -DisplayName 'Renamed'
        (Get-MgUser -Filter "displayName eq 'Renamed'").Id | Should -Be $new.Id
    }

    It 'is read by the next process' {
        $path = Connect-TestTenant (New-CrowdSeed 1)
        $null = Set-MgUserLicense -UserId u01@contoso.com -AddLicenses FLOW_FREE
        $child = Invoke-ChildShell -Script "Import-Module `$module; $(Get-ConnectText $path); (Get-MgUserLicenseDetail -UserId u01@contoso.com).SkuPartNumber"
        $child.Output.Trim() | Should -Be 'FLOW_FREE' -Because $child.Text
    }

    It 'is one file, which can be copied, once the process has ended without signing out' {
        $path = New-TestPath
        $null = New-MgLocalTenant -Path $path -Generate 'users=3,seed=1,licensed=0'
        $child = Invoke-ChildShell "Import-Module `$module; Connect-MgGraph -LocalTenant '$path' -NoWelcome; Get-MgUser -All | ForEach-Object { Update-MgUser -UserId `$_.Id -UsageLocation FR }"
        $child.ExitCode | Should -Be 0
        "$path-wal", "$path-shm" | Test-Path | Should -Be $false, $false
        $copy = New-TestPath
        Copy-Item $path $copy
        Connect-TestFile $copy
        (Get-MgUser -All -Property UsageLocation).UsageLocation | Should -Be 'FR', 'FR', 'FR'
    }

    It 'frees the seats of a user who is deleted, and the user waits in the bin' {
        $null = Connect-TestTenant (New-CrowdSeed 2 @{ FLOW_FREE = 1 })
        $null = Set-MgUserLicense -UserId u01@contoso.com -AddLicenses FLOW_FREE
        $id = (Get-MgUser -UserId u01@contoso.com).Id
        Remove-MgUser -UserId $id

        Get-SeatsUsed FLOW_FREE | Should -Be 0
        (Invoke-Recorded { Get-MgUser -UserId $id }).Errors[0].Exception.Message | Should -BeLike '`[Request_ResourceNotFound`] : *'
        (Get-MgUser -All).UserPrincipalName | Should -Be 'u02@contoso.com'
        (Invoke-MgGraphRequest GET 'v1.0/directory/deletedItems/microsoft.graph.user').value.id | Should -Be $id

        $null = Set-MgUserLicense -UserId u02@contoso.com -AddLicenses FLOW_FREE
        Get-SeatsUsed FLOW_FREE | Should -Be 1
    }
}

Describe 'A tenant in a place with an unusual name' {
    It 'is made, used and found there' {
        $folder = New-TestPath 'Ordner mit Ähre und 名前'
        $null = New-Item -ItemType Directory -Path $folder
        Push-Location $folder
        try {
            $null = New-MgLocalTenant 'mandant eins.mgtenant' -Seed (New-TestSeedFile (@{ version = 1 } + (New-CrowdSeed 1)))
            Connect-TestFile './mandant eins.mgtenant'
        } finally {
            Pop-Location
        }
        (Get-MgLocalTenant).Path | Should -Be (Join-Path $folder 'mandant eins.mgtenant')
        (Get-MgUser).UserPrincipalName | Should -Be 'u01@contoso.com'
    }
}

Describe 'Two processes on one tenant' {
    BeforeAll {
        # A child that waits until the other one is ready too, runs its part, and prints what came of it.
        function Start-Rival {
            param([string] $Path, [string] $Name, [string] $Work)
            $barrier = "$Path-barrier"
            $null = New-Item -ItemType Directory -Force -Path $barrier
            Start-ChildShell -Script @"
                Import-Module `$module
                $(Get-ConnectText $Path)
                `$null = Get-MgUser -Top 1
                Set-Content -Path (Join-Path '$barrier' '$Name') -Value ready
                while (@(Get-ChildItem '$barrier').Count -lt 2) { Start-Sleep -Milliseconds 5 }
                `$problems = 0
                $Work
                "problems: `$problems"
"@
        }
    }

    It 'loses nothing when both write the same user' {
        $path = New-TestTenant (New-CrowdSeed 1 @{ FLOW_FREE = 5; VISIOCLIENT = 5 })
        $rivals = foreach ($part in 'FLOW_FREE', 'VISIOCLIENT') {
            Start-Rival -Path $path -Name $part -Work @"
                foreach (`$round in 1..25) {
                    if (-not (Set-MgUserLicense -UserId u01@contoso.com -AddLicenses $part)) { `$problems++ }
                    if (-not (Set-MgUserLicense -UserId u01@contoso.com -RemoveLicenses $part)) { `$problems++ }
                }
                if (-not (Set-MgUserLicense -UserId u01@contoso.com -AddLicenses $part)) { `$problems++ }
"@
        }
        foreach ($ended in $rivals | Wait-ChildShell) {
            $ended.Text.Trim() | Should -Be 'problems: 0'
        }
        Connect-TestFile $path
        Get-Held u01@contoso.com | Should -Be 'FLOW_FREE VISIOCLIENT'
        Get-SeatsUsed FLOW_FREE | Should -Be 1
        Get-SeatsUsed VISIOCLIENT | Should -Be 1
        @(Get-LicenseBody) | Should -HaveCount 102
    }

    It 'gives away every seat once when both want them for different users' {
        $path = New-TestTenant (New-CrowdSeed 40 @{ FLOW_FREE = 30 })
        $rivals = foreach ($range in '1..20', '21..40') {
            Start-Rival -Path $path -Name $range.Replace('.', '-') -Work @"
                `$given = 0
                foreach (`$number in $range) {
                    if (Set-MgUserLicense -UserId ('u{0:00}@contoso.com' -f `$number) -AddLicenses FLOW_FREE -ErrorAction SilentlyContinue) { `$given++ } else { `$problems++ }
                }
                "given: `$given"
"@
        }
        $given = 0
        $refused = 0
        foreach ($ended in $rivals | Wait-ChildShell) {
            $given += [int][regex]::Match($ended.Text, 'given: (\d+)').Groups[1].Value
            $refused += [int][regex]::Match($ended.Text, 'problems: (\d+)').Groups[1].Value
        }
        $given | Should -Be 30
        $refused | Should -Be 10
        Connect-TestFile $path
        Get-SeatsUsed FLOW_FREE | Should -Be 30
        @(Get-MgUser -All -Property AssignedLicenses | Where-Object AssignedLicenses) | Should -HaveCount 30
    }
}

Describe 'A writing process that is killed' {
    It 'leaves what was acknowledged, and nothing half' {
        $path = New-TestTenant (New-CrowdSeed 60 @{ FLOW_FREE = 60; VISIOCLIENT = 60 }) -Setting @{ durability = 'process' }
        $random = [System.Random]::new(4)
        $acknowledged = @{}
        $heard = 0
        foreach ($round in 1..3) {
            $process = Start-ChildShell -Script @"
                Import-Module `$module
                $(Get-ConnectText $path)
                `$both = @{ SkuId = 'FLOW_FREE' }, @{ SkuId = 'VISIOCLIENT' }
                while (`$true) {
                    foreach (`$number in 1..60) {
                        `$id = 'u{0:00}@contoso.com' -f `$number
                        `$null = Set-MgUserLicense -UserId `$id -AddLicenses `$both -RemoveLicenses @() -ErrorAction Stop
                        [Console]::Out.WriteLine("+`$id"); [Console]::Out.Flush()
                        `$null = Set-MgUserLicense -UserId `$id -AddLicenses @() -RemoveLicenses `$both.SkuId -ErrorAction Stop
                        [Console]::Out.WriteLine("-`$id"); [Console]::Out.Flush()
                        `$null = Set-MgUserLicense -UserId `$id -AddLicenses `$both -RemoveLicenses @() -ErrorAction Stop
                        [Console]::Out.WriteLine("+`$id"); [Console]::Out.Flush()
                    }
                }
"@
            # Its first write is awaited in the log, then a random time, so that the blow falls among the writes.
            Connect-TestFile $path
            $before = (Get-MgLocalTenantRequest -Last 1).Index
            $limit = [datetime]::UtcNow.AddSeconds(60)
            while ((Get-MgLocalTenantRequest -WriteOnly -Last 1).Index -le $before -and [datetime]::UtcNow -lt $limit) { Start-Sleep -Milliseconds 20 }
            Start-Sleep -Milliseconds $random.Next(1, 250)
            $process.Kill()
            $ended = $process | Wait-ChildShell

            $lines = @($ended.Output -split '\r?\n' | Where-Object { $_ -match '^[+-]u\d\d@contoso\.com$' })
            # A blow can fall between the first write and the word of it.
            $heard += $lines.Count
            foreach ($line in $lines) { $acknowledged[$line.Substring(1)] = $line[0] -eq '+' }
            # Only the one call after the last acknowledged line may have been carried out without a word of it.
            $inFlight = 'u{0:00}@contoso.com' -f ([int][math]::Floor($lines.Count / 3) % 60 + 1)

            $held = @{}
            foreach ($user in Get-MgUser -All -Property UserPrincipalName, AssignedLicenses) {
                @($user.AssignedLicenses).Count | Should -BeIn 0, 2 -Because 'both products go together'
                $held[$user.UserPrincipalName] = [bool]$user.AssignedLicenses
            }
            foreach ($name in $acknowledged.Keys | Where-Object { $_ -ne $inFlight }) {
                $held[$name] | Should -Be $acknowledged[$name] -Because "$name was told so"
            }
            # What was in flight is settled by looking, for the next round.
            $acknowledged[$inFlight] = $held[$inFlight]
            $holders = @($held.Values | Where-Object { $_ }).Count
            Get-SeatsUsed FLOW_FREE | Should -Be $holders
            Get-SeatsUsed VISIOCLIENT | Should -Be $holders
        }
        $heard | Should -BeGreaterThan 0
    }
}

Describe 'A batch' {
    BeforeAll {
        $null = Connect-TestTenant (New-CrowdSeed 3 @{ FLOW_FREE = 5 })
        $json = @{ 'Content-Type' = 'application/json' }
        function Invoke-Batch {
            param([object[]] $Requests)
            Invoke-MgGraphRequest -Method POST -Uri 'v1.0/$batch' -Body @{ requests = $Requests } -OutputType PSObject
        }
    }

    It 'answers each step by its id and its own status' {
        $byId = @{}
        (Invoke-Batch @(
            @{ id = 'read'; method = 'GET'; url = '/users/u01@contoso.com?$select=id,displayName' }
            @{ id = 'move'; method = 'PATCH'; url = '/users/u01@contoso.com'; headers = $json; body = @{ usageLocation = 'DE' } }
            @{ id = 'give'; method = 'POST'; url = '/users/u02@contoso.com/assignLicense'; headers = $json; body = @{ addLicenses = @(@{ skuId = $flow }); removeLicenses = @() } }
            @{ id = 'nobody'; method = 'GET'; url = '/users/nobody@contoso.com' }
        )).responses | ForEach-Object { $byId[$_.id] = $_ }

        $byId.read.status | Should -Be 200
        $byId.read.body.displayName | Should -Be 'Person 1'
        $byId.move.status | Should -Be 204
        $byId.give.status | Should -Be 200
        $byId.nobody.status | Should -Be 404
        $byId.nobody.body.error.code | Should -Be 'Request_ResourceNotFound'
        Get-Held u02@contoso.com | Should -Be 'FLOW_FREE'
        (Get-MgUser -UserId u01@contoso.com -Property UsageLocation).UsageLocation | Should -Be 'DE'
    }

    It 'keeps the steps that went well when another fails' {
        $answers = (Invoke-Batch @(
            @{ id = '1'; method = 'PATCH'; url = '/users/u03@contoso.com'; headers = $json; body = @{ department = 'Kept' } }
            @{ id = '2'; method = 'POST'; url = '/users/u03@contoso.com/assignLicense'; headers = $json; body = @{ addLicenses = @(); removeLicenses = @($flow) } }
        )).responses
        ($answers | Where-Object id -EQ '2').status | Should -Be 400
        (Get-MgUser -UserId u03@contoso.com -Property Department).Department | Should -Be 'Kept'
    }

    It 'fails what depends on a failed step with 424, and does not carry it out' {
        $answers = (Invoke-Batch @(
            @{ id = '1'; method = 'GET'; url = '/users/nobody@contoso.com' }
            @{ id = '2'; method = 'PATCH'; dependsOn = @('1'); url = '/users/u03@contoso.com'; headers = $json; body = @{ usageLocation = 'FR' } }
        )).responses
        ($answers | Where-Object id -EQ '2').status | Should -Be 424
        (Get-MgUser -UserId u03@contoso.com -Property UsageLocation).UsageLocation | Should -Be 'GB'
    }

    It 'takes twenty steps and refuses twenty-one whole' {
        $steps = foreach ($number in 1..21) { @{ id = "$number"; method = 'GET'; url = '/users/u01@contoso.com' } }
        @((Invoke-Batch $steps[0..19]).responses.status | Sort-Object -Unique) | Should -Be 200

        $outcome = Invoke-Recorded { Invoke-Batch $steps }
        $outcome.Thrown.Exception.Response.StatusCode.value__ | Should -Be 400
        $outcome.Thrown.ErrorDetails.Message | Should -Match 'Number of batch request steps exceeds the maximum value of 20\.'
    }

    It 'refuses two steps of one id' {
        $outcome = Invoke-Recorded { Invoke-Batch @(@{ id = 'a'; method = 'GET'; url = '/users' }, @{ id = 'A'; method = 'GET'; url = '/groups' }) }
        $outcome.Thrown.Exception.Response.StatusCode.value__ | Should -Be 400
    }
}
