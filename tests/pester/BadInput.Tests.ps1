# Wrong input of every kind: a clear error each time, nothing lost, and the session goes on. Seeds, Ctrl+C and the native
# library have files of their own.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule
    $flow = 'f30db892-07e9-47e9-837c-80727f46fd3d'

    function New-SmallSeed {
        @{
            domains        = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $true })
            subscribedSkus = @(@{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 10 } }, @{ skuPartNumber = 'SPE_E5'; prepaidUnits = @{ enabled = 10 } })
            users          = @(
                @{ userPrincipalName = 'ada@contoso.com'; displayName = 'Ada'; usageLocation = 'GB'; assignedLicenses = @(@{ skuPartNumber = 'FLOW_FREE' }) }
                @{ userPrincipalName = 'bob@contoso.com'; displayName = "Bob O'Brien"; usageLocation = 'GB' }
                @{ userPrincipalName = 'eve@contoso.com'; displayName = 'Eve' }
            )
        }
    }

    # The one problem that a block has, whether it was written or thrown; more than one, or none, fails the test.
    function Get-Problem {
        param([scriptblock] $Block)
        $outcome = Invoke-Recorded $Block
        $outcome.Output | Should -BeNullOrEmpty
        $problems = @($outcome.Errors) + @($outcome.Thrown | Where-Object { $_ })
        $problems | Should -HaveCount 1
        $problems[0]
    }

    # A session that has met bad input must still work, and the company must be as it was.
    function Assert-Unharmed {
        (Get-MgUser -All).UserPrincipalName | Sort-Object | Should -Be 'ada@contoso.com', 'bob@contoso.com', 'eve@contoso.com'
        Get-Held ada@contoso.com | Should -Be 'FLOW_FREE'
        Get-Held bob@contoso.com | Should -Be ''
        Get-SeatsUsed FLOW_FREE | Should -Be 1
        Get-SeatsUsed SPE_E5 | Should -Be 0
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'Without a connection' {
    BeforeAll { Disconnect-TestTenant }

    It '<Name> says what to do, and the script goes on' -ForEach @(
        @{ Name = 'Get-MgUser'; Call = { Get-MgUser } }
        @{ Name = 'Get-MgUser of one'; Call = { Get-MgUser -UserId ada@contoso.com } }
        @{ Name = 'Get-MgSubscribedSku'; Call = { Get-MgSubscribedSku -All } }
        @{ Name = 'Set-MgUserLicense'; Call = { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @() -RemoveLicenses @() } }
        @{ Name = 'Set-MgUserLicense for a pipeline'; Call = { 'ada@contoso.com' | Set-MgUserLicense -AddLicenses SPE_E5 } }
        @{ Name = 'Test-MgUserLicense'; Call = { Test-MgUserLicense -UserId ada@contoso.com -AddLicenses SPE_E5 } }
        @{ Name = 'Remove-MgUserLicense'; Call = { Remove-MgUserLicense -UserId ada@contoso.com -All -Confirm:$false } }
        @{ Name = 'Update-MgUser'; Call = { Update-MgUser -UserId ada@contoso.com -UsageLocation GB } }
        @{ Name = 'New-MgUser'; Call = { New-MgUser -DisplayName X } }
        @{ Name = 'Remove-MgUser'; Call = { Remove-MgUser -UserId ada@contoso.com } }
        @{ Name = 'Get-MgGroupMember'; Call = { Get-MgGroupMember -GroupId 11111111-1111-4111-8111-111111111111 } }
    ) {
        $outcome = Invoke-Recorded { & $Call; 'went on' }
        $outcome.Thrown | Should -BeNullOrEmpty
        @($outcome.Output)[-1] | Should -Be 'went on'
        @($outcome.Output | Where-Object { $_ -isnot [string] -and $_.Status -ne 'Failed' }) | Should -BeNullOrEmpty
        $outcome.Errors | Should -HaveCount 1
        $outcome.Errors[0].Exception.Message | Should -Be 'Authentication needed. Please call Connect-MgGraph.'
    }

    It 'Invoke-MgGraphRequest throws' {
        (Get-Problem { Invoke-MgGraphRequest GET 'v1.0/users' }).Exception.Message | Should -Be 'Authentication needed. Please call Connect-MgGraph.'
    }
}

Describe 'A tenant file that' {
    AfterEach { Disconnect-TestTenant }

    It 'is not there is named, and no connection remains' {
        $null = Connect-TestTenant (New-SmallSeed)
        $path = New-TestPath
        $problem = Get-Problem { Connect-MgGraph -LocalTenant $path -NoWelcome }

        $problem.Exception.Message | Should -Match ([regex]::Escape($path))
        Get-MgContext | Should -BeNullOrEmpty
        Test-Path $path | Should -BeFalse -Because 'looking for a tenant must not make one'
    }

    It 'is <Name> is refused as no tenant, and not touched' -ForEach @(
        @{ Name = 'a text'; Bytes = [System.Text.Encoding]::UTF8.GetBytes('Dear Sir or Madam, ' * 40) }
        @{ Name = 'empty'; Bytes = [byte[]]@() }
        @{ Name = 'a few bytes'; Bytes = [System.Text.Encoding]::ASCII.GetBytes('SQLite format 3') }
    ) {
        $path = New-TestPath
        [System.IO.File]::WriteAllBytes($path, $Bytes)
        $problem = Get-Problem { Connect-MgGraph -LocalTenant $path -NoWelcome }

        $problem.Exception.Message | Should -Match ([regex]::Escape($path))
        $problem.Exception.Message | Should -Match 'not a tenant'
        [Convert]::ToBase64String([System.IO.File]::ReadAllBytes($path)) | Should -BeExactly ([Convert]::ToBase64String($Bytes))
    }

    It 'is a database of another program is refused as no tenant' {
        $path = New-TestTenant (New-SmallSeed)
        $bytes = [System.IO.File]::ReadAllBytes($path)
        0, 0, 0, 0 | ForEach-Object -Begin { $at = 68 } -Process { $bytes[$at++] = $_ }
        [System.IO.File]::WriteAllBytes($path, $bytes)

        (Get-Problem { Connect-MgGraph -LocalTenant $path -NoWelcome }).Exception.Message | Should -Match 'not a tenant'
    }

    It 'is a folder is refused' {
        $path = New-TestPath
        $null = New-Item -ItemType Directory -Path $path
        (Get-Problem { Connect-MgGraph -LocalTenant $path -NoWelcome }).Exception.Message | Should -Match 'folder'
    }

    It 'was written by <Name> is refused with both versions, and not touched' -ForEach @(
        @{ Name = 'a newer version'; Version = 999; Bytes = 0, 0, 3, 231 }
        @{ Name = 'a version from before the first release'; Version = 1; Bytes = 0, 0, 0, 1 }
    ) {
        $path = New-TestTenant (New-SmallSeed)
        $whole = [System.IO.File]::ReadAllBytes($path)
        # The version of a SQLite file's content is a big-endian number at byte 60.
        $Bytes | ForEach-Object -Begin { $at = 60 } -Process { $whole[$at++] = $_ }
        [System.IO.File]::WriteAllBytes($path, $whole)
        $problem = Get-Problem { Connect-MgGraph -LocalTenant $path -NoWelcome }

        $problem.Exception.Message | Should -Match "has version $Version\b"
        $problem.Exception.Message | Should -Match 'reads version 2\b'
        $problem.ErrorDetails.RecommendedAction | Should -Match 'anew from its seed'
        [Convert]::ToBase64String([System.IO.File]::ReadAllBytes($path)) -ceq [Convert]::ToBase64String($whole) | Should -BeTrue
    }

    It 'is read-only is refused, and not touched' {
        $path = New-TestTenant (New-SmallSeed)
        $hash = (Get-FileHash $path).Hash
        (Get-Item $path).IsReadOnly = $true
        try {
            $problem = Get-Problem { Connect-MgGraph -LocalTenant $path -NoWelcome }
        } finally {
            (Get-Item $path).IsReadOnly = $false
        }
        $problem.Exception.Message | Should -Match 'read-only'
        $problem.ErrorDetails.RecommendedAction + $problem.Exception.Message | Should -Match 'writable'
        (Get-FileHash $path).Hash | Should -Be $hash
    }

    It 'is damaged in the middle says so instead of giving wrong answers' {
        $path = New-TestTenant (New-SmallSeed)
        $bytes = [System.IO.File]::ReadAllBytes($path)
        for ($at = 100; $at -lt $bytes.Length; $at++) { $bytes[$at] = 0x5a }
        [System.IO.File]::WriteAllBytes($path, $bytes)
        $outcome = Invoke-Recorded { Connect-MgGraph -LocalTenant $path -NoWelcome; if (Get-MgContext) { Get-MgUser -All } }

        $outcome.Output | Should -BeNullOrEmpty
        $outcome.Errors.Count + @($outcome.Thrown | Where-Object { $_ }).Count | Should -BeGreaterThan 0
    }

    It 'another process holds is waited for, then named, and written to once it is free' -Skip:$IsMacOS {
        $path = Connect-TestTenant (New-SmallSeed)
        $null = Get-MgUser -Top 1
        # SQLite's lock for the one writer of a file in WAL mode is a lock on byte 120 of the -shm file beside it.
        $holder = Start-ChildShell -Script @"
            `$stream = [System.IO.File]::Open('$path-shm', 'Open', 'ReadWrite', 'ReadWrite, Delete')
            `$stream.Lock(120, 1)
            Set-Content -Path '$path-held' -Value held
            while (Test-Path '$path-held') { Start-Sleep -Milliseconds 20 }
            `$stream.Unlock(120, 1)
"@
        try {
            $limit = [datetime]::UtcNow.AddSeconds(60)
            while (-not (Test-Path "$path-held") -and [datetime]::UtcNow -lt $limit) { Start-Sleep -Milliseconds 20 }
            $problem = Get-Problem { Set-MgUserLicense -UserId bob@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() }
        } finally {
            Remove-Item "$path-held"
            $null = $holder | Wait-ChildShell
        }
        "$($problem.Exception.Message) $($problem.ErrorDetails.Message) $($problem.ErrorDetails.RecommendedAction)" | Should -Match 'another process'
        Assert-Unharmed

        $null = Set-MgUserLicense -UserId bob@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @()
        Get-Held bob@contoso.com | Should -Be 'FLOW_FREE'
    }

    It 'may grow no further refuses the write that does not fit, and keeps everything before it' {
        $path = Connect-TestTenant (New-SmallSeed)
        Set-MgLocalTenant -Setting @{ maxFileBytes = (Get-Item $path).Length + 400KB; requestLog = 'off' }
        $written = 0
        $problem = $null
        foreach ($number in 1..200) {
            $outcome = Invoke-Recorded { Update-MgUser -UserId bob@contoso.com -AdditionalProperties @{ aboutMe = [string]$number + ('x' * 50KB) } }
            if ($outcome.Errors) { $problem = $outcome.Errors[0]; break }
            $new = Invoke-Recorded {
                New-MgUser -DisplayName "Filler $number" -UserPrincipalName "filler$number@contoso.com" -MailNickname "filler$number" -AccountEnabled `
                    -PasswordProfile @{ Password = [guid]::NewGuid() } -AdditionalProperties @{ aboutMe = 'x' * 50KB }
            }
            if ($new.Errors) { $problem = $new.Errors[0]; break }
            $written++
        }

        $problem | Should -Not -BeNullOrEmpty
        "$($problem.Exception.Message) $($problem.ErrorDetails.RecommendedAction)" | Should -Match 'room|full'
        @(Get-MgUser -All).Count | Should -Be (3 + $written)

        Set-MgLocalTenant -Setting @{ maxFileBytes = $null }
        $null = Set-MgUserLicense -UserId bob@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @()
        Get-Held bob@contoso.com | Should -Be 'FLOW_FREE'
    }

    It 'is on a full disk refuses the write, and is whole when there is room again' {
        if (-not $IsLinux -or (id -u) -ne '0') { Set-ItResult -Skipped -Because 'a small disk is mounted by root on Linux'; return }
        $disk = New-TestPath 'disk'
        $null = New-Item -ItemType Directory -Path $disk
        & mount -t tmpfs -o size=3m none $disk 2>$null
        if ($LASTEXITCODE -ne 0) { Set-ItResult -Skipped -Because 'nothing can be mounted here'; return }
        try {
            $path = Join-Path $disk 'full.mgtenant'
            $null = New-MgLocalTenant -Path $path -Seed (New-TestSeedFile (@{ version = 1 } + (New-SmallSeed)))
            Connect-MgGraph -LocalTenant $path -NoWelcome
            $null = Get-MgUser -Top 1
            $ballast = Join-Path $disk 'ballast'
            & dd if=/dev/zero of=$ballast bs=4k 2>$null
            $problem = $null
            foreach ($number in 1..100) {
                $outcome = Invoke-Recorded {
                    New-MgUser -DisplayName "Filler $number" -UserPrincipalName "filler$number@contoso.com" -MailNickname "filler$number" -AccountEnabled `
                        -PasswordProfile @{ Password = [guid]::NewGuid() } -AdditionalProperties @{ aboutMe = 'x' * 50KB }
                }
                if ($outcome.Errors) { $problem = $outcome.Errors[0]; break }
            }
            "$($problem.Exception.Message) $($problem.ErrorDetails.RecommendedAction)" | Should -Match 'room|full|space'
            @(Get-MgUser -All).Count | Should -Be (3 + $number - 1)

            Remove-Item $ballast
            $null = Set-MgUserLicense -UserId bob@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @()
            Get-Held bob@contoso.com | Should -Be 'FLOW_FREE'
        } finally {
            Disconnect-TestTenant
            & umount -l $disk
        }
    }

    It 'is made where no folder is names the path' {
        $path = Join-Path (New-TestPath 'nowhere') 'x.mgtenant'
        (Get-Problem { New-MgLocalTenant -Path $path }).Exception.Message | Should -Match ([regex]::Escape($path))
    }
}

Describe 'Users and products nobody knows' {
    BeforeAll { $null = Connect-TestTenant (New-SmallSeed) }
    AfterAll { Assert-Unharmed }

    It 'a user named <_> is 404 with its name' -ForEach 'nobody@contoso.com', '99999999-9999-4999-8999-999999999999', 'not a guid', "x'y@contoso.com", '#', '?', '../users', 'a/b', '%41', 'ada@contoso.com/memberOf' {
        $name = $_
        foreach ($call in { Get-MgUser -UserId $name }, { Set-MgUserLicense -UserId $name -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() }, { Update-MgUser -UserId $name -UsageLocation GB }, { Get-MgUserLicenseDetail -UserId $name }) {
            $problem = Get-Problem $call
            $problem.Exception.Message | Should -Be "[Request_ResourceNotFound] : Resource '$name' does not exist or one of its queried reference-property objects are not present."
            $problem.ErrorDetails.Message | Should -BeLike '*Status: 404 (NotFound)*'
        }
    }

    It 'a product the tenant does not own is refused with its id, added or removed' {
        $other = 'c5928f49-12ba-48f7-ada3-0d743a3601d5'
        foreach ($call in { Set-MgUserLicense -UserId bob@contoso.com -AddLicenses @{ SkuId = $other } -RemoveLicenses @() }, { Set-MgUserLicense -UserId bob@contoso.com -AddLicenses @() -RemoveLicenses @($other) }) {
            $problem = Get-Problem $call
            $problem.Exception.Message | Should -Be "[Request_BadRequest] : License $other does not correspond to a valid company License."
            $problem.ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
        }
    }

    It 'text that is neither id nor name goes to the service as it is: <Name>' -ForEach @(
        @{ Name = 'a product to add'; Call = { Set-MgUserLicense -UserId bob@contoso.com -AddLicenses @{ SkuId = 'NOTASKU' } -RemoveLicenses @() }; Body = '{"addLicenses":[{"skuId":"NOTASKU"}],"removeLicenses":[]}' }
        @{ Name = 'a product to remove'; Call = { Set-MgUserLicense -UserId bob@contoso.com -AddLicenses @() -RemoveLicenses @('NOTASKU') }; Body = '{"addLicenses":[],"removeLicenses":["NOTASKU"]}' }
        @{ Name = 'a plan'; Call = { Set-MgUserLicense -UserId bob@contoso.com -AddLicenses @{ SkuId = 'f30db892-07e9-47e9-837c-80727f46fd3d'; DisabledPlans = 'NOTAPLAN' } -RemoveLicenses @() }; Body = '{"addLicenses":[{"disabledPlans":["NOTAPLAN"],"skuId":"f30db892-07e9-47e9-837c-80727f46fd3d"}],"removeLicenses":[]}' }
        @{ Name = 'two ids in one text'; Call = { Set-MgUserLicense -UserId bob@contoso.com -AddLicenses @() -RemoveLicenses 'f30db892-07e9-47e9-837c-80727f46fd3d06ebc4ee-1bb5-47dd-8120-11324bc54e06' }; Body = '{"addLicenses":[],"removeLicenses":["f30db892-07e9-47e9-837c-80727f46fd3d06ebc4ee-1bb5-47dd-8120-11324bc54e06"]}' }
        @{ Name = 'an id without hyphens'; Call = { Set-MgUserLicense -UserId bob@contoso.com -AddLicenses @() -RemoveLicenses 'f30db89207e947e9837c80727f46fd3d' }; Body = '{"addLicenses":[],"removeLicenses":["f30db89207e947e9837c80727f46fd3d"]}' }
    ) {
        $problem = Get-Problem $Call
        $problem.Exception.Message | Should -Match ([regex]::Escape("Cannot convert a primitive value to the expected type 'Edm.Guid'. See the inner exception for more details."))
        $problem.ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
        Get-LicenseBody | Select-Object -Last 1 | ConvertTo-SortedJson | Should -BeExactly $Body
    }
}

Describe 'Empty and null' {
    BeforeAll { $null = Connect-TestTenant (New-SmallSeed) }
    AfterAll { Assert-Unharmed }

    It 'for -UserId stops <Command> before anything is sent' -ForEach @(
        @{ Command = 'Get-MgUser'; More = @{} }
        @{ Command = 'Set-MgUserLicense'; More = @{ AddLicenses = @(); RemoveLicenses = @() } }
        @{ Command = 'Test-MgUserLicense'; More = @{ AddLicenses = 'FLOW_FREE' } }
        @{ Command = 'Remove-MgUserLicense'; More = @{ All = $true } }
        @{ Command = 'Update-MgUser'; More = @{ UsageLocation = 'GB' } }
        @{ Command = 'Remove-MgUser'; More = @{} }
        @{ Command = 'Get-MgUserLicenseDetail'; More = @{} }
        @{ Command = 'Get-MgUserMemberOf'; More = @{} }
    ) {
        $before = @(Get-MgLocalTenantRequest).Count
        foreach ($empty in '', $null) {
            { & $Command -UserId $empty @More } | Should -Throw -ExceptionType ([System.Management.Automation.ParameterBindingException])
        }
        @(Get-MgLocalTenantRequest).Count | Should -Be $before
    }

    It 'for the path of a tenant stops <_>' -ForEach 'New-MgLocalTenant', 'Use-MgLocalTenant', 'Remove-MgLocalTenant' {
        foreach ($empty in '', $null) {
            { & $_ -Path $empty } | Should -Throw -ExceptionType ([System.Management.Automation.ParameterBindingException])
        }
        { Connect-MgGraph -LocalTenant '' } | Should -Throw -ExceptionType ([System.Management.Automation.ParameterBindingException])
    }

    It 'in both lists is a request for no change, in whatever form: <Name>' -ForEach @(
        @{ Name = '@() and @()'; Arguments = @{ AddLicenses = @(); RemoveLicenses = @() } }
        @{ Name = '@{} and @()'; Arguments = @{ AddLicenses = @{}; RemoveLicenses = @() } }
        @{ Name = 'null and null'; Arguments = @{ AddLicenses = $null; RemoveLicenses = $null } }
        @{ Name = 'a list of null'; Arguments = @{ AddLicenses = @($null); RemoveLicenses = @() } }
        @{ Name = 'nothing'; Arguments = @{} }
    ) {
        $problem = Get-Problem { Set-MgUserLicense -UserId bob@contoso.com @Arguments }
        $problem.Exception.Message | Should -BeLike '`[Request_BadRequest`] : No license changes provided*'
        Get-LicenseBody | Select-Object -Last 1 | Should -Be '{"addLicenses":[],"removeLicenses":[]}'
    }

    It 'in a body is a request for no change: <Name>' -ForEach @(
        @{ Name = 'both null'; Body = @{ addLicenses = $null; removeLicenses = $null } }
        @{ Name = 'empty'; Body = @{} }
        @{ Name = 'empty text of JSON'; Body = '{}' }
    ) {
        $problem = Get-Problem { Set-MgUserLicense -UserId bob@contoso.com -BodyParameter $Body }
        $problem.Exception.Message | Should -BeLike '`[Request_BadRequest`] : No license changes provided*'
    }

    It 'for a property is left to the service, which keeps what was there' {
        $outcome = Invoke-Recorded { Update-MgUser -UserId ada@contoso.com -UsageLocation '' }
        $outcome.Errors[0].ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
        (Get-MgUser -UserId ada@contoso.com -Property UsageLocation).UsageLocation | Should -Be 'GB'
    }

    It 'for filter, search, properties and order lists as if not given, or is refused in one error' {
        @(Get-MgUser -Property @()) | Should -HaveCount 3
        foreach ($arguments in @{ Filter = '' }, @{ Search = ''; ConsistencyLevel = 'eventual' }, @{ Sort = @('') }, @{ Property = @('') }, @{ ExpandProperty = @('') }) {
            $outcome = Invoke-Recorded { Get-MgUser @arguments }
            $outcome.Thrown | Should -BeNullOrEmpty
            if ($outcome.Errors) {
                $outcome.Errors | Should -HaveCount 1
                $outcome.Errors[0].ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
            } else {
                $outcome.Output | Should -HaveCount 3
            }
        }
    }

    It 'as a row of a pipeline fails that row alone' {
        $outcome = Invoke-Recorded {
            [pscustomobject]@{ UserPrincipalName = '' }, [pscustomobject]@{ UserPrincipalName = 'nobody@contoso.com' }, [pscustomobject]@{ Other = 1 } |
                Set-MgUserLicense -RemoveLicenses FLOW_FREE
        }
        $outcome.Output.Status | Should -Be 'Failed', 'Failed', 'Failed'
        $outcome.Output.Row | Should -Be 1, 2, 3
        $outcome.Errors | Should -HaveCount 3
    }
}

Describe 'Text of every kind' {
    BeforeAll { $null = Connect-TestTenant (New-SmallSeed) }

    It 'comes back as it was written: <Name>' -ForEach @(
        @{ Name = 'characters outside the basic plane'; Text = "Zo$([char]0xEB) $([char]::ConvertFromUtf32(0x1F600)) $([char]::ConvertFromUtf32(0x20BB7))" }
        @{ Name = 'right-to-left text with its marks'; Text = "$([char]0x202E)$([char]0x05E9)$([char]0x05DC)$([char]0x05D5)$([char]0x05DD)$([char]0x202C)" }
        @{ Name = 'quotes, backslashes and slashes'; Text = '"a\b/c''d' }
        @{ Name = 'line ends and tabs'; Text = "one`r`ntwo`tthree" }
        @{ Name = 'what looks like a number or like nothing'; Text = 'null' }
        @{ Name = 'combining marks, not composed'; Text = "e$([char]0x301)" }
    ) {
        Update-MgUser -UserId bob@contoso.com -Department $Text
        (Get-MgUser -UserId bob@contoso.com -Property Department).Department | Should -BeExactly $Text
    }

    It 'is kept whole or refused in one error, and then what was there stays: <Name>' -ForEach @(
        @{ Name = 'a NUL in the middle'; Text = "before$([char]0)after" }
        @{ Name = 'a megabyte'; Text = 'abcdefgh' * 128KB }
    ) {
        Update-MgUser -UserId bob@contoso.com -Department 'as it was'
        $outcome = Invoke-Recorded { Update-MgUser -UserId bob@contoso.com -Department $Text }
        $expected = if ($outcome.Errors) {
            $outcome.Errors | Should -HaveCount 1
            $outcome.Errors[0].ErrorDetails.Message | Should -Match 'Status: 400 \(BadRequest\)'
            $outcome.Errors[0].Exception.Message.Length | Should -BeLessThan 1000
            'as it was'
        } else {
            $Text
        }
        (Get-MgUser -UserId bob@contoso.com -Property Department).Department | Should -BeExactly $expected
    }

    It 'with half a surrogate pair is refused, and nothing is sent' {
        $null = Get-MgLocalTenantRequest -Clear
        $outcome = Invoke-Recorded { Update-MgUser -UserId bob@contoso.com -Department "x$([char]0xD83D)y" }

        $outcome.Thrown | Should -BeNullOrEmpty
        $outcome.Errors.Count | Should -Be 1
        $outcome.Errors[0].FullyQualifiedErrorId | Should -BeLike 'MalformedText,*'
        $outcome.Errors[0].Exception.Message | Should -BeLike '*surrogate pair*'
        Get-MgLocalTenantRequest | Should -BeNullOrEmpty
    }

    It 'of a character beyond the first plane, and of the replacement character, is kept as it is' {
        $text = "$([char]::ConvertFromUtf32(0x1F600))$([char]0xFFFD)"
        Update-MgUser -UserId bob@contoso.com -Department $text
        (Get-MgUser -UserId bob@contoso.com -Property Department).Department | Should -BeExactly $text
    }

    It 'of more than the largest body is refused' {
        $problem = Get-Problem { Update-MgUser -UserId bob@contoso.com -Department ('x' * 5MB) }
        $problem.ErrorDetails.Message | Should -Match 'Status: 4\d\d '
    }

    It 'of a megabyte as <Name> is one error that a person can read' -ForEach @(
        @{ Name = 'user'; Call = { Get-MgUser -UserId ('x' * 1MB) } }
        @{ Name = 'product'; Call = { Set-MgUserLicense -UserId bob@contoso.com -AddLicenses ('x' * 1MB) } }
        @{ Name = 'location'; Call = { Set-MgUserLicense -UserId bob@contoso.com -AddLicenses FLOW_FREE -UsageLocation ('x' * 1MB) } }
        @{ Name = 'filter'; Call = { Get-MgUser -Filter "displayName eqq '$('x' * 1MB)'" } }
        @{ Name = 'order'; Call = { Get-MgUser -Sort ('x' * 1MB) } }
        @{ Name = 'tenant'; Call = { Get-MgLocalTenant -Path ('x' * 1MB) } }
    ) {
        (Get-Problem $Call).Exception.Message.Length | Should -BeLessThan 3000
    }

    It 'with NUL, half pairs and line ends as <Name> is one error' -ForEach @(
        @{ Name = 'user'; Call = { Get-MgUser -UserId "ada@contoso.com$([char]0)" } }
        @{ Name = 'user with half a pair'; Call = { Get-MgUser -UserId "ada$([char]0xDC00)@contoso.com" } }
        @{ Name = 'user with a line end'; Call = { Get-MgUser -UserId "ada@contoso.com`r`nX-Header: 1" } }
        @{ Name = 'product'; Call = { Set-MgUserLicense -UserId bob@contoso.com -AddLicenses "FLOW_FREE$([char]0)" } }
        @{ Name = 'header'; Call = { Get-MgUser -Headers @{ 'X-Thing' = "a`r`nb: c" } } }
        @{ Name = 'filter'; Call = { Get-MgUser -Filter "displayName$([char]0) eq 'x'" } }
        @{ Name = 'tenant'; Call = { Get-MgLocalTenant -Path "a$([char]0)b" } }
    ) {
        $null = Get-Problem $Call
    }

    It "with ' finds its user when doubled, and is a bad filter when not" {
        (Get-MgUser -Filter "displayName eq 'Bob O''Brien'").UserPrincipalName | Should -Be 'bob@contoso.com'
        (Get-Problem { Get-MgUser -Filter "displayName eq 'Bob O'Brien'" }).ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
    }

    AfterAll { Assert-Unharmed }
}

Describe 'A filter that' {
    BeforeAll { $null = Connect-TestTenant (New-SmallSeed) }
    AfterAll { Assert-Unharmed }

    It 'is malformed is refused as invalid: <_>' -ForEach @(
        'displayName eq'
        'displayName'
        "eq 'Ada'"
        "displayName eq 'Ada"
        "displayName eq 'Ada' and"
        "displayName eq 'Ada' or or displayName eq 'Bob'"
        "(displayName eq 'Ada'"
        "displayName eq 'Ada')"
        "displayName like 'Ada'"
        "startswith(displayName)"
        "startswith(displayName,'A'"
        "displayName in ()"
        'assignedLicenses/any(x:x/skuId eq )'
        'assignedLicenses/any(x:y/skuId eq 06ebc4ee-1bb5-47dd-8120-11324bc54e06)'
        'assignedLicenses/ ne 0'
        'accountEnabled eq maybe'
        "drop table users; --"
    ) {
        $problem = Get-Problem { Get-MgUser -Filter $_ }
        $problem.Exception.Message | Should -Match '^\[(BadRequest|Request_BadRequest|Request_UnsupportedQuery)\] : '
        $problem.ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
    }

    It 'goes deeper than anybody would is refused, not obeyed until the stack ends' {
        (Get-Problem { Get-MgUser -Filter ('(' * 5000 + "displayName eq 'Ada'" + ')' * 5000) }).ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
        (Get-Problem { Get-MgUser -Filter ('not ' * 8000 + "displayName eq 'Ada'") -ConsistencyLevel eventual -CountVariable c }).ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
    }

    It 'is longer than an address can be is refused before it is sent, with the reason' {
        $before = @(Get-MgLocalTenantRequest).Count
        (Get-Problem { Get-MgUser -Filter "displayName eq '$('x' * 100KB)'" }).Exception.Message | Should -Match 'long|length|size'
        @(Get-MgLocalTenantRequest).Count | Should -Be $before
    }

    It 'is not supported is refused and never answered with nobody: <Filter>' -ForEach @(
        @{ Filter = "noSuchProperty eq 'x'" }
        @{ Filter = "licenseAssignmentStates/any(x:x/state eq 'Error')" }
        @{ Filter = "startswith(userType,'M')" }
        @{ Filter = 'assignedLicenses/$count eq 0' }
        @{ Filter = "endswith(mail,'@contoso.com')" }
        @{ Filter = "companyName eq 'Contoso'" }
        @{ Filter = "not(displayName eq 'Ada')" }
        @{ Filter = "displayName ne 'Ada'" }
    ) {
        $problem = Get-Problem { Get-MgUser -All -Filter $Filter }
        $problem.Exception.Message | Should -Match '^\[(BadRequest|Request_BadRequest|Request_UnsupportedQuery)\] : '
        $problem.ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
    }

    It 'joins licences with another property is refused as too complex, and taken as an advanced one' {
        $filter = 'assignedLicenses/any(x:x/skuId eq f30db892-07e9-47e9-837c-80727f46fd3d) or assignedLicenses/any(x:x/skuId eq 06ebc4ee-1bb5-47dd-8120-11324bc54e06)'
        (Get-Problem { Get-MgUser -Filter $filter }).Exception.Message | Should -Be '[Request_UnsupportedQuery] : Complex query on property assignedLicenses is not supported.'
        (Get-MgUser -Filter $filter -ConsistencyLevel eventual -CountVariable c).UserPrincipalName | Should -Be 'ada@contoso.com'
    }
}
