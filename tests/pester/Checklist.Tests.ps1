# The points that would surprise the author of a script most if a stand-in for the SDK got them wrong, one block each.
# The other files go into detail; this one is the promise in short.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule

    $e5 = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
    $flow = 'f30db892-07e9-47e9-837c-80727f46fd3d'
    $path = Connect-TestTenant -Seed (Get-CompanySeed)

    # More users than one page holds.
    $crowd = Get-CompanySeed
    $crowd.users = @(for ($i = 1; $i -le 1150; $i++) { @{ userPrincipalName = "user$i@contoso.com"; displayName = "User $i"; usageLocation = 'GB' } })
    $crowd.groups = @()
    $crowdPath = New-TestTenant -Seed $crowd
}

Describe 'What would surprise the author of a script' {
    BeforeEach {
        if (-not (Get-MgContext) -or (Get-MgLocalTenant).Path -ne $path) { Connect-TestFile $path }
        $null = Get-MgLocalTenantRequest -Clear
    }

    AfterAll {
        Disconnect-TestTenant
    }

    Context '1. An empty list means none, and reaches the wire' {
        It 'for -AddLicenses <Name>' -ForEach @(@{ Name = '@{}'; Empty = @{} }, @{ Name = '@()'; Empty = @() }) {
            $null = Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @()
            $null = Set-MgUserLicense -UserId ada@contoso.com -AddLicenses $Empty -RemoveLicenses @($flow)
            $bodies = @(Get-LicenseBody | ConvertTo-SortedJson)
            $bodies[0] | Should -BeExactly "{`"addLicenses`":[{`"skuId`":`"$flow`"}],`"removeLicenses`":[]}"
            $bodies[1] | Should -BeExactly "{`"addLicenses`":[],`"removeLicenses`":[`"$flow`"]}"
            Get-Held 'ada@contoso.com' | Should -BeNullOrEmpty
        }
    }

    Context '2. Errors do not stop a script, but those of raw requests do' {
        It 'runs the next line after a refusal' {
            $recorded = Invoke-Recorded {
                Set-MgUserLicense -UserId cy@contoso.com -AddLicenses @{ SkuId = $e5 } -RemoveLicenses @()
                'next line'
            }
            $recorded.Output | Should -Be 'next line'
            $recorded.Errors | Should -HaveCount 1
        }

        It 'throws from Invoke-MgGraphRequest' {
            $recorded = Invoke-Recorded { Invoke-MgGraphRequest -Uri v1.0/users/nobody -ErrorAction SilentlyContinue; 'next line' }
            $recorded.Thrown | Should -Not -BeNullOrEmpty
            $recorded.Output | Should -HaveCount 0
        }
    }

    Context '3. The code stands in the exception and the status in the details' {
        It 'as scripts look for them' {
            $record = (Invoke-Recorded { Get-MgUser -UserId nobody }).Errors[0]
            $record.Exception.Message | Should -MatchExactly '^\[Request_ResourceNotFound\] : '
            $record.ErrorDetails.Message | Should -MatchExactly '(?m)^Status: 404 \(NotFound\)\r?$'
        }
    }

    Context '4. A list without -All is its first page' {
        BeforeEach {
            Connect-TestFile $crowdPath
        }

        It '<Call> gives <Objects>' -ForEach @(
            @{ Call = 'Get-MgUser'; Objects = 100 }
            @{ Call = 'Get-MgUser -All'; Objects = 1150 }
            @{ Call = 'Get-MgUser -Top 1100'; Objects = 1100 }
            @{ Call = 'Get-MgUser -PageSize 10'; Objects = 10 }
            @{ Call = 'Get-MgUser -PageSize 10 -All'; Objects = 1150 }
        ) {
            @(& ([scriptblock]::Create($Call))) | Should -HaveCount $Objects
        }
    }

    Context '5. Parameters can be cut short and have aliases' {
        It 'as the documentation itself does' {
            Get-MgUser -Filter 'assignedLicenses/$count ne 0' -Cons eventual -Count userCount -Select Id -Limit 1 -OrderBy displayName -Expand memberOf -RHV answered -ErrorAction SilentlyContinue | Out-Null
            $options = Get-QueryOption (Get-MgLocalTenantRequest -Last 1)
            @($options.Keys | Sort-Object) | Should -Be @('$count', '$expand', '$filter', '$orderby', '$select', '$top')
            Get-MgUser -ConsistencyLevel eventual -CV userCount -Top 1 | Out-Null
            $global:userCount | Should -Be 6
        }
    }

    Context '6. What was not selected is null, and is not fetched' {
        It 'so AssignedLicenses is empty after a plain read' {
            $user = Get-MgUser -UserId bob@contoso.com
            $null -eq $user.AssignedLicenses | Should -BeTrue
            @(Get-MgLocalTenantRequest) | Should -HaveCount 1
            (Get-MgUser -UserId bob@contoso.com -Property AssignedLicenses).AssignedLicenses | Should -HaveCount 1
        }
    }

    Context '7. Members are bare directory objects' {
        It 'whose AdditionalProperties mind case' {
            $member = Get-MgGroupMember -GroupId bbbbbbbb-0000-4000-8000-000000000002
            $member.GetType().Name | Should -BeExactly 'MicrosoftGraphDirectoryObject'
            $member.AdditionalProperties['userPrincipalName'] | Should -Be 'bob@contoso.com'
            $member.AdditionalProperties.ContainsKey('UserPrincipalName') | Should -BeFalse
            $member.AdditionalProperties.'@odata.type' | Should -BeExactly '#microsoft.graph.user'
            (Get-MgUserMemberOf -UserId ada@contoso.com).AdditionalProperties.displayName | Should -Be 'Staff'
        }
    }

    Context '8. Named variables are global' {
        It 'also when a function asks for them' {
            Remove-Variable -Name counted, answered -Scope Global -ErrorAction Ignore
            function Read-All { Get-MgUser -ConsistencyLevel eventual -CountVariable counted -ResponseHeadersVariable answered -All | Out-Null }
            Read-All
            $global:counted | Should -Be 6
            $global:answered.Keys | Should -Contain 'request-id'
        }
    }

    Context '9. Ids are text, keys have any case, Guids are taken' {
        It 'and + stays what it is' {
            $sku = Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ FLOW_FREE
            $sku.SkuId | Should -BeOfType ([string])
            @{ $sku.SkuId = 'found' }[$flow] | Should -Be 'found'
            $sku.SkuId + $sku.SkuId | Should -BeExactly ($flow + $flow)
            $null = Set-MgUserLicense -UserId eve@contoso.com -AddLicenses @{ skuid = [guid] $flow } -RemoveLicenses @()
            Get-Held 'eve@contoso.com' | Should -BeExactly 'FLOW_FREE'
            $null = Set-MgUserLicense -UserId eve@contoso.com -AddLicenses @{} -RemoveLicenses ([guid] $flow)
            Get-Held 'eve@contoso.com' | Should -BeNullOrEmpty
        }
    }

    Context '10. Set-MgUserLicense writes the user, Update-MgUser nothing' {
        It 'which decides what a function returns' {
            function Set-Person {
                Update-MgUser -UserId eve@contoso.com -UsageLocation FR
                Set-MgUserLicense -UserId eve@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @()
            }
            $result = @(Set-Person)
            $result | Should -HaveCount 1
            $result[0].UserPrincipalName | Should -Be 'eve@contoso.com'
        }
    }

    Context '11. A switch that is not bound is not sent' {
        It 'and one turned off is sent as false' {
            Update-MgUser -UserId eve@contoso.com -JobTitle Clerk
            Update-MgUser -UserId eve@contoso.com -AccountEnabled:$false
            Update-MgUser -UserId eve@contoso.com -AccountEnabled
            (Get-MgLocalTenantRequest -WriteOnly).Body | Should -Be @('{"jobTitle":"Clerk"}', '{"accountEnabled":false}', '{"accountEnabled":true}')
        }
    }

    Context '13. Signed out, Get-MgContext writes nothing and Disconnect-MgGraph an error' {
        It 'that can be silenced' {
            $null = Disconnect-MgGraph
            $recorded = Invoke-Recorded { Get-MgContext; Disconnect-MgGraph -ErrorAction SilentlyContinue | Out-Null }
            $recorded.Output | Should -HaveCount 0
            $recorded.Errors | Should -HaveCount 0
            $recorded.Thrown | Should -BeNullOrEmpty
            (Invoke-Recorded { Disconnect-MgGraph }).Errors | Should -HaveCount 1
        }
    }

    Context '14. Connect-MgGraph' {
        It 'wants its access token as a secure string' {
            (Get-Command Connect-MgGraph).Parameters['AccessToken'].ParameterType | Should -Be ([securestring])
            (Invoke-Recorded { Connect-MgGraph -AccessToken 'text' }).Thrown.FullyQualifiedErrorId | Should -Match '^CannotConvertArgumentNoMessage,'
        }

        It 'writes its banner to the pipeline unless told not to' {
            @(Connect-MgGraph -LocalTenant $path)[0] | Should -BeExactly 'Welcome to Microsoft Graph!'
            Connect-MgGraph -LocalTenant $path -NoWelcome | Should -BeNullOrEmpty
        }

        It 'does not stop the script when it fails' {
            $recorded = Invoke-Recorded { Connect-MgGraph -LocalTenant (New-TestPath) -NoWelcome; 'next line' }
            $recorded.Output | Should -Be 'next line'
            $recorded.Errors | Should -HaveCount 1
        }
    }

    Context '16. -WhatIf and -Confirm on every writer, and no question by default' {
        It 'for <_>' -ForEach 'Set-MgUserLicense', 'Update-MgUser', 'New-MgUser', 'Remove-MgUser' {
            $command = Get-Command $_
            $command.Parameters.Keys | Should -Contain 'WhatIf'
            $command.Parameters.Keys | Should -Contain 'Confirm'
            $command.Parameters['WhatIf'].Aliases | Should -Be 'wi'
            $command.Parameters['Confirm'].Aliases | Should -Be 'cf'
            $binding = $command.ScriptBlock.Attributes.Where({ $_ -is [System.Management.Automation.CmdletBindingAttribute] })
            $binding.ConfirmImpact | Should -Be 'Medium'
        }

        It 'deletes without a question' {
            # Nobody could answer one here: a question would be an error.
            (Invoke-Recorded { Remove-MgUser -UserId dee@contoso.com }).Errors | Should -HaveCount 0
            (Invoke-Recorded { Get-MgUser -UserId dee@contoso.com }).Errors | Should -HaveCount 1
        }
    }

    Context '17. Requests are repeated three times by default' {
        It 'with three seconds between, and no limit in all' {
            $context = Get-MgRequestContext
            $context.MaxRetry | Should -Be 3
            $context.RetryDelay | Should -Be 3
            $context.RetriesTimeLimit.TotalSeconds | Should -Be 0
        }
    }

    Context '18. Assignment states tell direct from inherited' {
        It 'by an AssignedByGroup that is null' {
            $states = @((Get-MgUser -UserId bob@contoso.com -Property LicenseAssignmentStates).LicenseAssignmentStates)
            @($states | Where-Object { $null -eq $_.AssignedByGroup }) | Should -HaveCount 1
            $states[0].State | Should -BeExactly 'Active'
            $states[0].Error | Should -BeIn @($null, 'None')
        }
    }
}
