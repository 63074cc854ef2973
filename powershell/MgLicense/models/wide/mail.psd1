# Models of a mail as Send-MgUserMail takes it. How to read this table: see README.md in the folder above.
@{
    ComponentsVsh1S1RequestbodiesSendmailrequestbodyContentApplicationJsonSchema = @{
        Help       = 'A mail to send.'
        Columns    = @()
        Properties = @{
            Message         = 'MicrosoftGraphMessage: The mail: subject, body and recipients.'
            SaveToSentItems = 'bool: Whether the mail is kept among the sent ones.'
        }
    }
    MicrosoftGraphMessage      = @{
        Help       = 'A mail.'
        Extends    = 'MicrosoftGraphEntity'
        Columns    = @()
        Properties = @{
            BccRecipients    = 'MicrosoftGraphRecipient[]: Who gets a copy without being named.'
            Body             = 'MicrosoftGraphItemBody: Text of the mail.'
            BodyPreview      = 'string: Beginning of the text.'
            CcRecipients     = 'MicrosoftGraphRecipient[]: Who gets a copy.'
            From             = 'MicrosoftGraphRecipient: Whose mailbox the mail is sent from.'
            HasAttachments   = 'bool: Whether files are attached.'
            Importance       = 'word: low, normal or high.'
            ReceivedDateTime = 'datetime: When the mail came.'
            ReplyTo          = 'MicrosoftGraphRecipient[]: To whom an answer goes.'
            Sender           = 'MicrosoftGraphRecipient: Who sent the mail.'
            SentDateTime     = 'datetime: When the mail was sent.'
            Subject          = 'string: Subject of the mail.'
            ToRecipients     = 'MicrosoftGraphRecipient[]: To whom the mail goes.'
        }
    }
    MicrosoftGraphItemBody     = @{
        Help       = 'The text of a mail.'
        Columns    = @()
        Properties = @{
            Content     = 'string: The text.'
            ContentType = 'word: Text or HTML.'
        }
    }
    MicrosoftGraphRecipient    = @{
        Help       = 'Somebody a mail goes to.'
        Columns    = @()
        Properties = @{
            EmailAddress = 'MicrosoftGraphEmailAddress: Name and address.'
        }
    }
    MicrosoftGraphEmailAddress = @{
        Help       = 'A mail address with a name.'
        Columns    = @()
        Properties = @{
            Address = 'string: The address.'
            Name    = 'string: The name.'
        }
    }
}
